package dev.registrar.reconcile;

import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.call.CallMonitor;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.Inquiries.PaymentQuestion;
import dev.registrar.compensation.PaymentVerdict;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.reconcile.Finding.FindingKind;
import dev.registrar.reconcile.ReconcileRecords.Candidate;
import dev.registrar.reconcile.ReconcileWorkflow.ReconcileInput;
import dev.registrar.store.RegistrationStatus;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares one registration with what providers and account table hold for it. COMPLETED requires its charge, profile
 * and account; FAILED and CANCELLED require that there are none, for which one lookup suffices, because only what is
 * seen counts. Workflow code.
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
                input.settleAfter(),
                candidate.providers(),
                null,
                null,
                candidate.createdAt());
        this.inquiries = new Inquiries(target, CallMonitor::silent);
    }

    /** Mismatches, and what could not be looked up; empty if everything matches. */
    List<Finding> run() {
        if (candidate.status() == RegistrationStatus.COMPLETED) {
            expectCharge();
            expectProfile();
            expect(Step.DATABASE, inquiries.account(), seen -> seen == AccountLookup.OURS, FindingKind.MISSING_ACCOUNT);
        } else {
            expectNoCharge();
            expect(Step.PROFILE, inquiries.profileNow(), seen -> seen != Ownership.OURS, FindingKind.ORPHANED_PROFILE);
            expect(
                    Step.DATABASE,
                    inquiries.account(),
                    seen -> seen != AccountLookup.OURS,
                    FindingKind.ORPHANED_ACCOUNT);
        }
        return found;
    }

    /** Records a mismatch, or that the lookup failed. */
    private <T> void expect(Step service, Optional<T> seen, Predicate<T> right, FindingKind otherwise) {
        if (seen.isEmpty()) {
            add(FindingKind.UNKNOWN, service, null, null);
        } else if (!right.test(seen.get())) {
            add(otherwise, service, candidate.userId(), null);
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

    private void expectProfile() {
        Optional<Ownership> seen = inquiries.profileNow();
        if (seen.isPresent() && seen.get() != Ownership.OURS) {
            Workflow.sleep(target.settleAfter());
            seen = inquiries.profileNow();
        }
        expect(Step.PROFILE, seen, owner -> owner == Ownership.OURS, FindingKind.MISSING_PROFILE);
    }

    private void add(FindingKind kind, Step service, @Nullable String reference, @Nullable Money amount) {
        found.add(new Finding(candidate.id(), kind, service, reference, amount, null));
    }
}
