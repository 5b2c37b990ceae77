package dev.registrar.registration;

import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.call.CallMonitor;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.PaymentVerdict;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.store.RegistrationRecords.Standing;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks up what the providers hold for a registration that has ended, and plans the corrections. COMPLETED requires one
 * payment and an account; FAILED and CANCELLED require neither. A lookup without an answer proves nothing. Workflow
 * code.
 */
final class LateLookup {

    private final RegistrationInput input;
    private final Standing row;
    private final Inquiries inquiries;

    LateLookup(RegistrationInput input, Standing row) {
        this.input = input;
        this.row = row;
        this.inquiries = new Inquiries(input.undoTarget(), CallMonitor::silent);
    }

    /**
     * @param undo the corrections
     * @param unanswered the service that gave no answer, or one that may still change; absent if all did
     * @param kept which of several payments is kept
     */
    record Found(
            List<PlannedUndo> undo,
            @Nullable Step unanswered,
            @Nullable String kept) {}

    Found run() {
        Optional<List<FoundPayment>> payments = inquiries.paymentsNow(paid());
        Optional<AccountLookup> account = inquiries.account();
        boolean settled = payments.isPresent()
                && payments.get().stream().noneMatch(payment -> payment.status() == PaymentStatus.PENDING);
        List<PlannedUndo> undo = new ArrayList<>();
        if (row.status() == RegistrationStatus.COMPLETED) {
            PaymentVerdict verdict = PaymentVerdict.of(payments.orElse(List.of()), input.price(), paid());
            undo.addAll(verdict.refundsOfExtras(input.registrationId()));
            if (account.filter(AccountLookup.ABSENT::equals).isPresent()) {
                undo.add(PlannedUndo.of(UndoAction.SAVE_ACCOUNT, input.userId()));
            }
            // A payment that is still pending may yet fail: nothing is decided by it.
            String kept = verdict.open() ? null : verdict.transactionId();
            return new Found(undo, unanswered(settled, account.isPresent(), true), kept);
        }
        undo.addAll(PaymentVerdict.of(payments.orElse(List.of()), input.price(), null)
                .refunds(input.registrationId()));
        if (account.filter(AccountLookup.OURS::equals).isPresent()) {
            undo.add(PlannedUndo.of(UndoAction.DELETE_ACCOUNT, input.userId()));
        }
        Optional<Ownership> profile = inquiries.profile(false, false, Duration.ZERO);
        if (profile.filter(Ownership.OURS::equals).isPresent()) {
            undo.add(PlannedUndo.of(UndoAction.DELETE_PROFILE, input.userId()));
        }
        return new Found(undo, unanswered(settled, account.isPresent(), profile.isPresent()), null);
    }

    private static @Nullable Step unanswered(boolean payment, boolean account, boolean profile) {
        return !payment ? Step.PAYMENT : !account ? Step.DATABASE : profile ? null : Step.PROFILE;
    }

    /** The payment that this registration was completed with. */
    private @Nullable String paid() {
        if (row.keptTransaction() != null) {
            return row.keptTransaction();
        }
        return row.history().steps().stream()
                .filter(step -> step.name() == Step.PAYMENT)
                .map(StepReport::reference)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
