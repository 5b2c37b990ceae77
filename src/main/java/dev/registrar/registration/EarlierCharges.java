package dev.registrar.registration;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.PatientCall;
import dev.registrar.compensation.CompensationRecords.OpenLateUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoRun;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.EarlierCharge;
import java.util.List;

/**
 * Before a user is charged again: the charges of earlier registrations that ended without a certain answer are looked up,
 * and what stands is given back first. Workflow code.
 */
final class EarlierCharges {

    private final RegistrationInput input;
    private final StepTracker tracker;

    EarlierCharges(RegistrationInput input, StepTracker tracker) {
        this.input = input;
        this.tracker = tracker;
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
        String userId = input.profile().userId();
        FoundPayment found;
        try {
            found = new PatientCall(input.policies().lookup().durable(), tracker.waitsOf(Step.PAYMENT))
                    .run(
                            PaymentService.class,
                            service -> service.findPayment(new FindPayment(earlier.registrationId(), userId)))
                    .payment();
        } catch (CallGaveUpException e) {
            return false;
        }
        if (found == null || found.status() == PaymentStatus.DECLINED) {
            return true;
        }
        if (found.status() == PaymentStatus.PENDING) {
            return false;
        }
        if (found.captured().equals(found.refunded())) {
            return true;
        }
        List<UndoRow> rows = UndoRun.records()
                .openLateUndo(new OpenLateUndo(
                        earlier.registrationId(),
                        List.of(new PlannedUndo(
                                UndoAction.REFUND,
                                found.transactionId(),
                                found.captured().minus(found.refunded()))),
                        null,
                        StepTracker.now()));
        UndoTarget target = new UndoTarget(
                earlier.registrationId(),
                userId,
                found.captured(),
                input.policies().undo(),
                input.policies().lookup(),
                input.policies().settleAfter());
        return new UndoRun(target, tracker::waitsOf).run(rows);
    }
}
