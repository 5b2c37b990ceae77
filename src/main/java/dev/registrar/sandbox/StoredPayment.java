package dev.registrar.sandbox;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A payment and what its token still has in store.
 *
 * @param pendingReads reads that will still see {@code pending}; the next one after them captures
 * @param refundFailures refunds that will still fail
 */
record StoredPayment(Payment payment, int pendingReads, int refundFailures) {

    static final String SUCCEEDED = "succeeded";
    static final String PENDING = "pending";
    static final String DECLINED = "declined";

    /** The payment on the wire; amounts at the currency's scale, time in ISO-8601, UTC. */
    record Payment(
            String transactionId,
            String status,
            BigDecimal amount,
            String currency,
            BigDecimal captured,
            BigDecimal refunded,
            String userId,
            String reference,
            @Nullable String idempotencyKey,
            String paymentMethod,
            @Nullable String description,
            String timestamp) {

        Payment with(String newStatus, BigDecimal newAmount, BigDecimal newCaptured, BigDecimal newRefunded) {
            return new Payment(
                    transactionId,
                    newStatus,
                    newAmount,
                    currency,
                    newCaptured,
                    newRefunded,
                    userId,
                    reference,
                    idempotencyKey,
                    paymentMethod,
                    description,
                    timestamp);
        }

        /** The same with one unit too much, as a wrong answer says it. */
        Payment overstated() {
            return with(
                    status,
                    amount.add(BigDecimal.ONE),
                    captured.signum() == 0 ? captured : captured.add(BigDecimal.ONE),
                    refunded);
        }
    }

    boolean isPending() {
        return payment.status().equals(PENDING);
    }

    BigDecimal left() {
        return payment.captured().subtract(payment.refunded());
    }

    /** What a read makes of it. */
    StoredPayment afterRead() {
        if (!isPending()) {
            return this;
        }
        if (pendingReads > 0) {
            return new StoredPayment(payment, pendingReads - 1, refundFailures);
        }
        Payment captured = payment.with(SUCCEEDED, payment.amount(), payment.amount(), payment.refunded());
        return new StoredPayment(captured, 0, refundFailures);
    }

    StoredPayment afterFailedRefund() {
        return new StoredPayment(payment, pendingReads, refundFailures - 1);
    }

    StoredPayment afterRefund(BigDecimal amount) {
        Payment refunded = payment.with(
                payment.status(),
                payment.amount(),
                payment.captured(),
                payment.refunded().add(amount));
        return new StoredPayment(refunded, pendingReads, refundFailures);
    }
}
