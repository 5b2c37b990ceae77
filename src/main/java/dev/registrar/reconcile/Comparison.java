package dev.registrar.reconcile;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.CallMonitor;
import dev.registrar.call.PatientCall;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.Inquiries.PaymentQuestion;
import dev.registrar.compensation.PaymentVerdict;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfileService.ProfileReference;
import dev.registrar.reconcile.Finding.FindingKind;
import dev.registrar.reconcile.ReconcileRecords.Candidate;
import dev.registrar.reconcile.ReconcileWorkflow.ReconcileInput;
import dev.registrar.store.RegistrationStatus;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares one registration with what is held for it. COMPLETED means its charge, profile and account; FAILED and
 * CANCELLED mean none of them, and there one lookup does, because only what is seen counts. Workflow code.
 */
final class Comparison {

    private final Candidate candidate;
    private final UndoTarget target;
    private final Inquiries inquiries;
    private final List<Finding> found = new ArrayList<>();

    Comparison(Candidate candidate, ReconcileInput input) {
        this.candidate = candidate;
        this.target = new UndoTarget(
                        candidate.id(),
                        candidate.userId(),
                        candidate.price(),
                        input.lookup(),
                        input.lookup(),
                        input.settleAfter())
                .accepted(candidate.createdAt());
        this.inquiries = new Inquiries(target, CallMonitor::silent);
    }

    /** What does not fit, and what could not be looked up; empty for a registration that is as it should be. */
    List<Finding> run() {
        boolean completed = candidate.status() == RegistrationStatus.COMPLETED;
        each(Step.PAYMENT, completed ? this::expectCharge : this::expectNoCharge);
        each(Step.PROFILE, completed ? this::expectProfile : this::expectNoProfile);
        each(Step.DATABASE, completed ? this::expectAccount : this::expectNoAccount);
        return found;
    }

    private interface Look {

        void run() throws CallGaveUpException;
    }

    private void each(Step service, Look look) {
        try {
            look.run();
        } catch (CallGaveUpException e) {
            add(FindingKind.UNKNOWN, service, null, null);
        }
    }

    private void expectCharge() {
        PaymentVerdict verdict = inquiries.payment(new PaymentQuestion(Duration.ZERO, false, false));
        if (verdict.open()) {
            add(FindingKind.UNKNOWN, Step.PAYMENT, verdict.transactionId(), null);
            return;
        }
        if (verdict.kind() != PaymentVerdict.Kind.CHARGED) {
            add(FindingKind.MISSING_CHARGE, Step.PAYMENT, verdict.transactionId(), candidate.price());
        }
        for (FoundPayment extra : verdict.extras()) {
            add(FindingKind.PAYMENT_DUPLICATED, Step.PAYMENT, extra.transactionId(), extra.remainder());
        }
    }

    private void expectNoCharge() {
        Optional<List<FoundPayment>> held = inquiries.paymentsNow(null);
        if (held.isEmpty()) {
            add(FindingKind.UNKNOWN, Step.PAYMENT, null, null);
        }
        for (FoundPayment payment : held.orElse(List.of())) {
            if (payment.status() == PaymentStatus.PENDING) {
                add(FindingKind.UNKNOWN, Step.PAYMENT, payment.transactionId(), null);
            } else if (!payment.remainder().isZero()) {
                add(FindingKind.ORPHANED_CHARGE, Step.PAYMENT, payment.transactionId(), payment.remainder());
            }
        }
    }

    private void expectProfile() throws CallGaveUpException {
        if (profile() == Ownership.OURS) {
            return;
        }
        Workflow.sleep(target.settleAfter());
        if (profile() != Ownership.OURS) {
            add(FindingKind.MISSING_PROFILE, Step.PROFILE, candidate.userId(), null);
        }
    }

    private void expectNoProfile() throws CallGaveUpException {
        if (profile() == Ownership.OURS) {
            add(FindingKind.ORPHANED_PROFILE, Step.PROFILE, candidate.userId(), null);
        }
    }

    private Ownership profile() throws CallGaveUpException {
        ProfileReference request = new ProfileReference(candidate.id(), candidate.userId());
        return call(Step.PROFILE)
                .run(UserProfileService.class, service -> service.getUserProfile(request))
                .ownership();
    }

    /** The account of another registration is not replaced. */
    private void expectAccount() throws CallGaveUpException {
        AccountLookup account = account();
        if (account != AccountLookup.OURS) {
            add(FindingKind.MISSING_ACCOUNT, Step.DATABASE, candidate.userId(), null);
        }
    }

    private void expectNoAccount() throws CallGaveUpException {
        if (account() == AccountLookup.OURS) {
            add(FindingKind.ORPHANED_ACCOUNT, Step.DATABASE, candidate.userId(), null);
        }
    }

    private AccountLookup account() throws CallGaveUpException {
        AccountReference request = new AccountReference(candidate.id(), candidate.userId());
        return call(Step.DATABASE).run(DatabaseService.class, service -> service.getUserData(request));
    }

    private PatientCall call(Step service) {
        return new PatientCall(target.lookup(), CallMonitor.silent(service));
    }

    private void add(FindingKind kind, Step service, @Nullable String reference, @Nullable Money amount) {
        found.add(new Finding(candidate.id(), kind, service, reference, amount, null));
    }
}
