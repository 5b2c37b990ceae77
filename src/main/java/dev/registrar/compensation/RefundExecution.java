package dev.registrar.compensation;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.call.Timers;
import dev.registrar.compensation.CompensationRecords.NameRefund;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.UndoAttempt;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundResult;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Executes the refund of one payment until it is proved: succeeded refunds cover the captured amount. Requests no
 * refund while one is pending; a single answer is not trusted if the gateway shows less than was charged. Workflow
 * code.
 */
final class RefundExecution {

    /** The error code of a refund that failed at the gateway. */
    static final String FAILED = "payment_refund_failed";

    private final UndoTarget target;
    private final CallMonitor monitor;
    private final CompensationRecords records;
    private final boolean commanded;

    /** @param commanded whether an operator requested this attempt: only then is a failed refund sent again */
    RefundExecution(UndoTarget target, CallMonitor monitor, CompensationRecords records, boolean commanded) {
        this.commanded = commanded;
        this.target = target;
        this.monitor = monitor;
        this.records = records;
    }

    /** Why the row stays open; empty if the refund is proved. */
    Optional<String> run(UndoRow row, UndoAttempt attempt) throws CallGaveUpException {
        String transaction = Objects.requireNonNull(row.reference(), "a refund without a payment");
        String key = row.idempotencyKey();
        Money amount = Objects.requireNonNull(row.amount(), "a refund without an amount");
        Money remainder = null;
        boolean nothing = false;
        boolean again = false;
        Duration polled = Duration.ZERO;
        int polls = 0;
        while (true) {
            RefundPayment request = new RefundPayment(
                    target.registrationId(),
                    transaction,
                    IdempotencyKey.of(key),
                    amount,
                    attempt,
                    target.providers().payment());
            RefundResult result = new PatientCall(target.undo(), monitor)
                    .run(PaymentService.class, service -> service.refundPayment(request));
            switch (result.state()) {
                case REFUNDED -> {
                    return Optional.empty();
                }
                case FAILED_REFUND -> {
                    if (!commanded || again) {
                        return Optional.of(FAILED);
                    }
                    again = true;
                    key = name(attempt, transaction, key, amount);
                }
                case NOTHING -> {
                    if (nothing) {
                        return Optional.empty();
                    }
                    nothing = true;
                    settle(target.settleAfter());
                }
                case PARTLY -> {
                    if (result.remainder().equals(remainder)) {
                        // Another amount is another request: each key is used with one body only.
                        amount = result.remainder();
                        key = name(attempt, transaction, key, amount);
                    } else {
                        remainder = result.remainder();
                        settle(target.settleAfter());
                    }
                }
                case PENDING -> {
                    Duration wait = target.lookup().intervalAfter(++polls);
                    polled = polled.plus(wait);
                    if (polled.compareTo(target.lookup().patience()) > 0) {
                        return Optional.of("payment_unavailable");
                    }
                    settle(wait);
                }
            }
        }
    }

    /** Returns the key of the next request, which replaces this one. */
    private String name(UndoAttempt attempt, String transaction, String replaced, Money amount) {
        String next = IdempotencyKey.again(replaced);
        String named = records.nameRefund(new NameRefund(
                target.registrationId(), attempt.run(), attempt.rowId(), transaction, next, amount, replaced));
        return Objects.requireNonNullElse(named, next);
    }

    private void settle(Duration wait) {
        Timers.sleep(monitor, CallMonitor.WaitReason.SETTLING, wait);
    }
}
