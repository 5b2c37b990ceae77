package dev.registrar.registration;

import dev.registrar.compensation.CompensationRecords.OpenLateUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoRun;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.EarlierCharge;
import java.util.List;
import java.util.Optional;

/**
 * Before a user is charged again: the charges of earlier registrations that ended without a certain answer are looked up,
 * and what stands is given back first. Workflow code.
 */
final class EarlierCharges {

    private final RegistrationInput input;
    private final StepBoard board;

    EarlierCharges(RegistrationInput input, StepBoard board) {
        this.input = input;
        this.board = board;
    }

    /** Whether no earlier charge stands any more; false where that could not be found out or brought about. */
    boolean clear() {
        for (EarlierCharge earlier : input.earlierCharges()) {
            if (!clear(earlier)) {
                return false;
            }
        }
        return true;
    }

    private boolean clear(EarlierCharge earlier) {
        UndoTarget target = new UndoTarget(
                earlier.registrationId(),
                input.profile().userId(),
                input.payment().amount(),
                input.policies().undo(),
                input.policies().lookup(),
                input.policies().settleAfter());
        Optional<List<FoundPayment>> held = new Inquiries(target, board::waitsOf).paymentsNow();
        if (held.isEmpty() || held.get().stream().anyMatch(payment -> payment.status() == PaymentStatus.PENDING)) {
            return false;
        }
        List<PlannedUndo> refunds = held.get().stream()
                .filter(payment -> !payment.remainder().isZero())
                .map(payment -> new PlannedUndo(UndoAction.REFUND, payment.transactionId(), payment.remainder()))
                .toList();
        if (refunds.isEmpty()) {
            return true;
        }
        List<UndoRow> rows = UndoRun.records()
                .openLateUndo(new OpenLateUndo(earlier.registrationId(), refunds, null, StepBoard.now()));
        return new UndoRun(target, board::waitsOf).run(rows);
    }
}
