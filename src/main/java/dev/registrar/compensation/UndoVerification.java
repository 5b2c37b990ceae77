package dev.registrar.compensation;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.policy.CallGaveUpException;
import dev.registrar.policy.CallMonitor;
import dev.registrar.policy.PatientCall;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;

/** Proves by a read of its own that an undo took effect: the answer to the undo itself counts for nothing. Workflow code. */
final class UndoVerification {

    private final UndoTarget target;

    UndoVerification(UndoTarget target) {
        this.target = target;
    }

    /** What the provider shows of this row's undo. */
    ReplayResult verify(UndoRow row) {
        try {
            return shows(row) ? ReplayResult.VERIFIED : ReplayResult.STILL_FAILING;
        } catch (CallGaveUpException e) {
            return ReplayResult.UNKNOWN;
        }
    }

    private boolean shows(UndoRow row) throws CallGaveUpException {
        PatientCall call = new PatientCall(target.lookup(), CallMonitor.SILENT);
        return switch (row.action()) {
            case REFUND -> {
                FoundPayment found = call.run(
                                PaymentService.class,
                                service ->
                                        service.findPayment(new FindPayment(target.registrationId(), target.userId())))
                        .payment();
                yield found == null || found.captured().equals(found.refunded());
            }
            case DELETE_ACCOUNT ->
                call.run(
                                DatabaseService.class,
                                service -> service.getUserData(
                                        new AccountReference(target.registrationId(), target.userId())))
                        != AccountLookup.OURS;
            case DELETE_PROFILE ->
                call.run(
                                        UserProfileService.class,
                                        service -> service.getUserProfile(
                                                new ProfileReference(target.registrationId(), target.userId())))
                                .ownership()
                        != Ownership.OURS;
            case RESOLVE_PAYMENT -> true;
        };
    }
}
