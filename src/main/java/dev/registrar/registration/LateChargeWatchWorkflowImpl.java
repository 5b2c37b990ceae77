package dev.registrar.registration;

import dev.registrar.call.CallMonitor;
import dev.registrar.compensation.CompensationRecords.OpenLateUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoRun;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks once; what it finds becomes rows for the operators, the registration itself stays ended. */
public final class LateChargeWatchWorkflowImpl implements LateChargeWatch {

    @Override
    public void look(LateLook input) {
        UndoTarget target = input.target();
        Inquiries inquiries = new Inquiries(target, CallMonitor::silent);
        List<PlannedUndo> found = new ArrayList<>();
        boolean paymentSeen = lookForCharge(inquiries, found);
        boolean profileSeen = lookForProfile(inquiries, target.userId(), found);
        // Not seen is not absent: the stage stays then, and the sweeper has it looked at again.
        Integer stage = paymentSeen && profileSeen ? input.stage() : null;
        if (stage != null || !found.isEmpty()) {
            UndoRun.records().openLateUndo(new OpenLateUndo(target.registrationId(), found, stage, StepBoard.now()));
        }
    }

    /** False if the gateway does not answer, or something is still pending. */
    private static boolean lookForCharge(Inquiries inquiries, List<PlannedUndo> found) {
        Optional<List<FoundPayment>> held = inquiries.paymentsNow();
        held.orElse(List.of()).stream()
                .filter(payment -> !payment.remainder().isZero())
                .map(payment -> new PlannedUndo(UndoAction.REFUND, payment.transactionId(), payment.remainder()))
                .forEach(found::add);
        return held.isPresent() && held.get().stream().noneMatch(payment -> payment.status() == PaymentStatus.PENDING);
    }

    private static boolean lookForProfile(Inquiries inquiries, String userId, List<PlannedUndo> found) {
        Optional<Ownership> profile = inquiries.profile(false, false, Duration.ZERO);
        if (profile.equals(Optional.of(Ownership.OURS))) {
            found.add(new PlannedUndo(UndoAction.DELETE_PROFILE, userId, null));
        }
        return profile.isPresent();
    }
}
