package dev.registrar.registration;

import dev.registrar.compensation.CompensationRecords.OpenLateUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoRun;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.policy.CallGaveUpException;
import dev.registrar.policy.CallMonitor;
import dev.registrar.policy.PatientCall;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;
import java.util.ArrayList;
import java.util.List;

/** Looks once; what it finds becomes rows for the operators, the registration itself stays ended. */
public final class LateChargeWatchWorkflowImpl implements LateChargeWatch {

    @Override
    public void look(LateLook input) {
        UndoTarget target = input.target();
        List<PlannedUndo> found = new ArrayList<>();
        try {
            FoundPayment payment = call(target)
                    .run(
                            PaymentService.class,
                            service -> service.findPayment(new FindPayment(target.registrationId(), target.userId())))
                    .payment();
            if (payment != null && !payment.captured().equals(payment.refunded())) {
                found.add(new PlannedUndo(
                        UndoAction.REFUND,
                        payment.transactionId(),
                        payment.captured().minus(payment.refunded())));
            }
            Ownership profile = call(target)
                    .run(
                            UserProfileService.class,
                            service -> service.getUserProfile(
                                    new ProfileReference(target.registrationId(), target.userId())))
                    .ownership();
            if (profile == Ownership.OURS) {
                found.add(new PlannedUndo(UndoAction.DELETE_PROFILE, target.userId(), null));
            }
        } catch (CallGaveUpException e) {
            // Not seen is not absent: the stage stays, and the sweeper has it looked at again.
            return;
        }
        UndoRun.records()
                .openLateUndo(new OpenLateUndo(target.registrationId(), found, input.stage(), StepBoard.now()));
    }

    private static PatientCall call(UndoTarget target) {
        return new PatientCall(target.lookup(), CallMonitor.SILENT);
    }
}
