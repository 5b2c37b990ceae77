package dev.registrar.compensation;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;
import java.util.List;

/** Proves by a read of its own that an undo took effect: the answer to the undo itself counts for nothing. Workflow code. */
final class UndoVerification {

    private final UndoTarget target;

    UndoVerification(UndoTarget target) {
        this.target = target;
    }

    /** What the provider shows of this row's undo. */
    ReplayResult verify(UndoRow row) {
        try {
            return shown(row);
        } catch (CallGaveUpException e) {
            return ReplayResult.UNKNOWN;
        }
    }

    private ReplayResult shown(UndoRow row) throws CallGaveUpException {
        PatientCall call =
                new PatientCall(target.lookup(), CallMonitor.silent(row.action().service()));
        return switch (row.action()) {
            case REFUND -> {
                FindPayment request = new FindPayment(target.registrationId(), target.userId());
                yield refund(
                        row,
                        call.run(PaymentService.class, service -> service.findPayment(request))
                                .payments());
            }
            case DELETE_ACCOUNT -> result(account(call) != AccountLookup.OURS);
            case DELETE_PROFILE ->
                result(call.run(
                                        UserProfileService.class,
                                        service -> service.getUserProfile(
                                                new ProfileReference(target.registrationId(), target.userId())))
                                .ownership()
                        != Ownership.OURS);
            case SAVE_ACCOUNT -> result(account(call) == AccountLookup.OURS);
            case RESOLVE_PAYMENT -> ReplayResult.VERIFIED;
        };
    }

    /** A payment that has a name cannot be gone, and one that is pending may still be captured. */
    private static ReplayResult refund(UndoRow row, List<FoundPayment> held) {
        if (held.isEmpty()) {
            return row.reference() == null ? ReplayResult.VERIFIED : ReplayResult.UNKNOWN;
        }
        return result(held.stream()
                .allMatch(payment -> payment.status() != PaymentStatus.PENDING
                        && payment.remainder().isZero()));
    }

    private AccountLookup account(PatientCall call) throws CallGaveUpException {
        AccountReference request = new AccountReference(target.registrationId(), target.userId());
        return call.run(DatabaseService.class, service -> service.getUserData(request));
    }

    private static ReplayResult result(boolean undone) {
        return undone ? ReplayResult.VERIFIED : ReplayResult.STILL_FAILING;
    }
}
