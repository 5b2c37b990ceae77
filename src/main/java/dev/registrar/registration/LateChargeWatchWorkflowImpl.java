package dev.registrar.registration;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.compensation.CompensationRecords.OpenLateUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoRun;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
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
        boolean paymentSeen = lookForCharge(target, found);
        boolean profileSeen = lookForProfile(target, found);
        // Not seen is not absent: the stage stays then, and the sweeper has it looked at again.
        Integer stage = paymentSeen && profileSeen ? input.stage() : null;
        if (stage != null || !found.isEmpty()) {
            UndoRun.records().openLateUndo(new OpenLateUndo(target.registrationId(), found, stage, StepTracker.now()));
        }
    }

    /** False where the gateway does not say, or not yet. */
    private static boolean lookForCharge(UndoTarget target, List<PlannedUndo> found) {
        FindPayment request = new FindPayment(target.registrationId(), target.userId());
        try {
            FoundPayment payment = call(target, Step.PAYMENT)
                    .run(PaymentService.class, service -> service.findPayment(request))
                    .payment();
            if (payment == null) {
                return true;
            }
            if (!payment.captured().equals(payment.refunded())) {
                found.add(new PlannedUndo(
                        UndoAction.REFUND,
                        payment.transactionId(),
                        payment.captured().minus(payment.refunded())));
            }
            return payment.status() != PaymentStatus.PENDING;
        } catch (CallGaveUpException e) {
            return false;
        }
    }

    private static boolean lookForProfile(UndoTarget target, List<PlannedUndo> found) {
        ProfileReference request = new ProfileReference(target.registrationId(), target.userId());
        try {
            Ownership profile = call(target, Step.PROFILE)
                    .run(UserProfileService.class, service -> service.getUserProfile(request))
                    .ownership();
            if (profile == Ownership.OURS) {
                found.add(new PlannedUndo(UndoAction.DELETE_PROFILE, target.userId(), null));
            }
            return true;
        } catch (CallGaveUpException e) {
            return false;
        }
    }

    private static PatientCall call(UndoTarget target, Step service) {
        return new PatientCall(target.lookup(), CallMonitor.silent(service));
    }
}
