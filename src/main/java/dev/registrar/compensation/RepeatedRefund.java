package dev.registrar.compensation;

import dev.registrar.call.CallMonitor;
import dev.registrar.call.Timers;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a refund that the gateway had confirmed may be requested once more, because it was reversed or failed later.
 * Two reads, {@link Inquiries#betweenPaymentReads} apart, have to agree on what is captured and not refunded; a missing
 * answer, or a refund under way, refuses. Workflow code.
 *
 * @param uncovered what is to be refunded; absent if refused
 * @param refusedBy the error code of the refusal
 */
public record RepeatedRefund(
        @Nullable Money uncovered, @Nullable String refusedBy) {

    /** Another refund of the payment is not closed yet. */
    public static final String ALREADY_OPEN = "already_open";

    /** An operator closed a refund of the payment by hand: the money was returned in another way. */
    public static final String RETURNED_BY_HAND = "returned_by_hand";

    /** No refund that the gateway had confirmed. */
    public static final String NOT_REFUNDED = "not_refunded";

    private static final String ALREADY_REFUNDED = "already_refunded";
    private static final String PENDING = "payment_pending";
    private static final String CHANGING = "payment_changing";

    /** @param rowId the confirmed refund */
    public static RepeatedRefund check(
            UndoTarget target, Function<Step, CallMonitor> monitors, List<UndoRow> rows, String rowId) {
        UndoRow row = rows.stream()
                .filter(each -> each.id().toString().equals(rowId))
                .findFirst()
                .orElse(null);
        String reference = row == null ? null : row.reference();
        if (row == null || row.action() != UndoAction.REFUND || row.state() != UndoState.DONE || reference == null) {
            return refused(NOT_REFUNDED);
        }
        if (rows.stream().anyMatch(each -> isOpenRefund(each, reference))) {
            return refused(ALREADY_OPEN);
        }
        Inquiries inquiries = new Inquiries(target.asking(OperatorClaim.once(target.lookup())), monitors);
        RepeatedRefund first = read(inquiries, reference);
        if (first.refusedBy() != null) {
            return first;
        }
        Timers.sleep(monitors.apply(Step.PAYMENT), CallMonitor.WaitReason.SETTLING, inquiries.betweenPaymentReads());
        RepeatedRefund second = read(inquiries, reference);
        return second.refusedBy() != null || second.equals(first) ? second : refused(CHANGING);
    }

    private static boolean isOpenRefund(UndoRow row, String reference) {
        return row.action() == UndoAction.REFUND && row.unclosed() && Objects.equals(row.reference(), reference);
    }

    private static RepeatedRefund read(Inquiries inquiries, String reference) {
        Optional<List<FoundPayment>> held = inquiries.paymentsNow(reference);
        if (held.isEmpty()) {
            return refused(inquiries.unknownPaymentCode());
        }
        Optional<FoundPayment> payment = held.get().stream()
                .filter(each -> each.transactionId().equals(reference))
                .findFirst();
        if (payment.isEmpty()) {
            // It was seen before: one answer without it proves nothing.
            return refused(CHANGING);
        }
        if (payment.get().status() == PaymentStatus.PENDING || payment.get().pendingRefund()) {
            return refused(PENDING);
        }
        Money uncovered = payment.get().remainder();
        return uncovered.isZero() ? refused(ALREADY_REFUNDED) : new RepeatedRefund(uncovered, null);
    }

    private static RepeatedRefund refused(String code) {
        return new RepeatedRefund(null, code);
    }
}
