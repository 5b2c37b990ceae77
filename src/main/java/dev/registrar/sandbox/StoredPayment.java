package dev.registrar.sandbox;

import dev.registrar.sandbox.Outcome.Moment;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A payment and the behaviour that its token still prescribes.
 *
 * @param pendingReads reads that will still see {@code pending}; the next one after them captures
 * @param refundFailures refunds that will still fail
 * @param refundReads reads that will still see a pending refund; the next one after them sees it succeeded
 */
record StoredPayment(Payment payment, int pendingReads, int refundFailures, int refundReads) {

    static final String SUCCEEDED = "succeeded";
    static final String PENDING = "pending";
    static final String DECLINED = "declined";
    static final String CANCELLED = "cancelled";
    static final String FAILED = "failed";

    private static final String REFUND_PENDING = "pm_refund_pending";
    private static final String REFUND_FAILS_LATE = "pm_refund_fails_late";
    private static final int REFUND_READS_PENDING = 3;

    /**
     * The payment on the wire; amounts at the currency's scale, time in ISO-8601, UTC.
     *
     * @param refunded the sum of the succeeded refunds
     */
    record Payment(
            String transactionId,
            String status,
            BigDecimal amount,
            String currency,
            BigDecimal captured,
            BigDecimal refunded,
            List<Refund> refunds,
            String userId,
            String reference,
            @Nullable String idempotencyKey,
            String paymentMethod,
            @Nullable String description,
            String timestamp) {

        Payment {
            refunds = List.copyOf(refunds);
        }

        /** The payment created by a charge, before any refund. */
        static Payment of(
                ProviderCall call, String id, Moment now, String status, BigDecimal amount, BigDecimal captured) {
            return new Payment(
                    id,
                    status,
                    amount,
                    call.text("currency"),
                    captured,
                    BigDecimal.ZERO.setScale(amount.scale()),
                    List.of(),
                    call.text("userId"),
                    call.text("reference"),
                    call.key(),
                    call.text("paymentMethod"),
                    call.optionalText("description"),
                    now.timestamp());
        }

        Payment with(String newStatus, BigDecimal newAmount, BigDecimal newCaptured) {
            return copy(transactionId, newStatus, newAmount, newCaptured, refunded, refunds, idempotencyKey);
        }

        Payment with(List<Refund> newRefunds) {
            BigDecimal sum = sum(newRefunds, SUCCEEDED).setScale(captured.scale());
            return copy(transactionId, status, amount, captured, sum, newRefunds, idempotencyKey);
        }

        /** A second payment of the same request, which only the reference identifies. */
        Payment again(String otherTransactionId) {
            return copy(otherTransactionId, status, amount, captured, refunded, refunds, null);
        }

        /** The same with one unit too much, as in a wrong answer. */
        Payment overstated() {
            return with(
                    status,
                    amount.add(BigDecimal.ONE),
                    captured.signum() == 0 ? captured : captured.add(BigDecimal.ONE));
        }

        private Payment copy(
                String newId,
                String newStatus,
                BigDecimal newAmount,
                BigDecimal newCaptured,
                BigDecimal newRefunded,
                List<Refund> newRefunds,
                @Nullable String newKey) {
            return new Payment(
                    newId,
                    newStatus,
                    newAmount,
                    currency,
                    newCaptured,
                    newRefunded,
                    newRefunds,
                    userId,
                    reference,
                    newKey,
                    paymentMethod,
                    description,
                    timestamp);
        }
    }

    /** A refund, as its payment shows it. */
    record Refund(
            String id,
            @Nullable String idempotencyKey,
            BigDecimal amount,
            String currency,
            String status,
            String timestamp) {

        Refund with(String newStatus) {
            return new Refund(id, idempotencyKey, amount, currency, newStatus, timestamp);
        }
    }

    boolean isPending() {
        return payment.status().equals(PENDING);
    }

    /** The amount that can still be refunded: a pending refund counts as done. */
    BigDecimal left() {
        return payment.captured().subtract(payment.refunded()).subtract(sum(payment.refunds(), PENDING));
    }

    /** The initial status of a refund of this payment. */
    String firstRefundStatus() {
        return payment.paymentMethod().equals(REFUND_PENDING) ? PENDING : SUCCEEDED;
    }

    /** The payment after a read. */
    StoredPayment afterRead(Instant now, Duration refundFailsAfter) {
        StoredPayment due = due(now, refundFailsAfter);
        if (due.isPending()) {
            if (pendingReads > 0) {
                return new StoredPayment(due.payment, pendingReads - 1, refundFailures, refundReads);
            }
            Payment captured = due.payment.with(SUCCEEDED, payment.amount(), payment.amount());
            return new StoredPayment(captured, 0, refundFailures, refundReads);
        }
        if (sum(due.payment.refunds(), PENDING).signum() == 0) {
            return due;
        }
        if (refundReads > 0) {
            return new StoredPayment(due.payment, pendingReads, refundFailures, refundReads - 1);
        }
        return due.withRefunds(refund -> refund.status().equals(PENDING) ? refund.with(SUCCEEDED) : refund);
    }

    /** The payment at this time: the first refund of {@code pm_refund_fails_late} fails long after it succeeded. */
    StoredPayment due(Instant now, Duration refundFailsAfter) {
        if (!payment.paymentMethod().equals(REFUND_FAILS_LATE)
                || payment.refunds().isEmpty()) {
            return this;
        }
        Refund first = payment.refunds().get(0);
        boolean failed =
                !Instant.parse(first.timestamp()).plus(refundFailsAfter).isAfter(now);
        return failed && first.status().equals(SUCCEEDED)
                ? withRefunds(refund -> refund.equals(first) ? refund.with(FAILED) : refund)
                : this;
    }

    StoredPayment cancelled() {
        return new StoredPayment(
                payment.with(CANCELLED, payment.amount(), payment.captured()), 0, refundFailures, refundReads);
    }

    StoredPayment afterFailedRefund() {
        return new StoredPayment(payment, pendingReads, refundFailures - 1, refundReads);
    }

    StoredPayment afterRefund(Refund refund) {
        List<Refund> refunds = new ArrayList<>(payment.refunds());
        refunds.add(refund);
        return new StoredPayment(payment.with(refunds), pendingReads, refundFailures, REFUND_READS_PENDING);
    }

    private StoredPayment withRefunds(UnaryOperator<Refund> change) {
        List<Refund> refunds = payment.refunds().stream().map(change).toList();
        return new StoredPayment(payment.with(refunds), pendingReads, refundFailures, refundReads);
    }

    private static BigDecimal sum(List<Refund> refunds, String status) {
        return refunds.stream()
                .filter(refund -> refund.status().equals(status))
                .map(Refund::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
