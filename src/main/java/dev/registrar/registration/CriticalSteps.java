package dev.registrar.registration;

import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.LocalAttempts;
import dev.registrar.call.PatientCall;
import dev.registrar.compensation.CompensationRecords.OpenRows;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.Inquiries.PaymentQuestion;
import dev.registrar.compensation.PaymentVerdict;
import dev.registrar.compensation.UndoExecutor;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Origin;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.ProcessPayment;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.CreateUserProfile;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.registration.ForwardOutcome.TurnBackException;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.StepStatus;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Profile and payment, the two steps without which there is no registration, and what is known of them. The last error
 * of a step never decides: without a definite answer, the provider is queried. Workflow code.
 */
final class CriticalSteps {

    /** What this history proves about the profile. */
    enum ProfileKnowledge {
        /** Nothing: a history without a result does not prove that no call was made. */
        UNKNOWN,
        OURS,
        NOT_OURS
    }

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final Origin origin;
    private final Inquiries inquiries;
    private boolean resolved;
    private ProfileKnowledge profile = ProfileKnowledge.UNKNOWN;
    private PaymentVerdict verdict = PaymentVerdict.UNKNOWN;
    private boolean profileMayBeUnderWay;
    private boolean paymentMayBeUnderWay;

    CriticalSteps(RegistrationInput input, StepTracker tracker, Origin origin) {
        this.input = input;
        this.tracker = tracker;
        this.origin = origin;
        this.inquiries = new Inquiries(input.undoTarget(), tracker::waitsOf);
    }

    /** Adopts the result of an earlier run's payment: it is not charged again. */
    void resolved(PaymentResolution resolution) {
        verdict = PaymentVerdict.of(resolution);
        resolved = true;
    }

    /** Creates the profile, or turns back. */
    void createProfile() throws TurnBackException {
        tracker.started(Step.PROFILE);
        CreateUserProfile request = new CreateUserProfile(
                input.registrationId(),
                input.profile(),
                origin,
                input.providers().profile());
        PatientCall call = new PatientCall(input.policies().profile(), tracker.monitor(Step.PROFILE));
        try {
            ProfileCreation created = call.run(UserProfileService.class, service -> service.createUserProfile(request));
            settleProfile(
                    created.state() == ProfileCreation.State.CREATED ? Ownership.OURS : Ownership.FOREIGN,
                    "profile_conflict");
        } catch (CallGaveUpException e) {
            if (e.forwardRefused()) {
                throw new TurnBackException(ForwardOutcome.UNDO_BEGUN);
            }
            profileMayBeUnderWay = call.mayBeUnderWay();
            String code = e.code().isEmpty() ? "profile_unknown" : e.code();
            Optional<Ownership> found = inquireProfile(e.unknown());
            if (found.isEmpty()) {
                tracker.unknown(Step.PROFILE, code);
                throw new TurnBackException(ForwardOutcome.FAILED);
            }
            settleProfile(found.get(), code);
        } catch (CanceledFailure e) {
            profileMayBeUnderWay = call.mayBeUnderWay();
            throw e;
        }
    }

    private void settleProfile(Ownership ownership, String code) throws TurnBackException {
        if (ownership == Ownership.OURS) {
            profile = ProfileKnowledge.OURS;
            tracker.succeeded(Step.PROFILE, input.profile().userId());
            return;
        }
        profile = ProfileKnowledge.NOT_OURS;
        tracker.failed(Step.PROFILE, ownership == Ownership.FOREIGN ? "profile_conflict" : code);
        throw new TurnBackException(ForwardOutcome.FAILED);
    }

    /** Charges exactly once, or turns back with what is known about the payment. */
    void charge() throws TurnBackException {
        tracker.started(Step.PAYMENT);
        if (resolved) {
            decide(verdict, "payment_unknown");
            return;
        }
        if (!new EarlierRegistrations(input, tracker).clear()) {
            if (!origin.mustAsk(Workflow.getInfo().getRunId())) {
                // This history begins with the lookups that failed: no charge was ever sent.
                verdict = PaymentVerdict.ABSENT;
            }
            turnBack("payment_unavailable");
        }
        if (!dedupes() && mayHaveBeenSent()) {
            PaymentVerdict before = inquirePayment(false);
            if (before.kind() != PaymentVerdict.Kind.ABSENT) {
                decide(before, "payment_unknown");
                return;
            }
            verdict = PaymentVerdict.UNKNOWN;
        }
        ProcessPayment request = new ProcessPayment(
                input.registrationId(),
                input.payment(),
                origin,
                input.keyExpiresAt(),
                input.providers().payment());
        String code = "payment_unknown";
        PatientCall call = new PatientCall(input.policies().payment(), tracker.monitor(Step.PAYMENT));
        try {
            PaymentResult result = call.run(PaymentService.class, service -> service.processPayment(request));
            if (result.refusal() != null) {
                int attempt = tracker.report(Step.PAYMENT).attempts();
                tracker.failed(Step.PAYMENT, AttemptFailure.refused(result.refusal(), attempt, StepTracker.now()));
            }
            verdict = PaymentVerdict.of(result, input.payment().amount());
        } catch (CallGaveUpException e) {
            if (e.forwardRefused()) {
                throw new TurnBackException(ForwardOutcome.UNDO_BEGUN);
            }
            paymentMayBeUnderWay = call.mayBeUnderWay();
            code = e.code().isEmpty() ? code : e.code();
        } catch (CanceledFailure e) {
            paymentMayBeUnderWay = call.mayBeUnderWay();
            throw e;
        }
        // A pending payment may still succeed and is polled. Any other unknown one is voided if the gateway supports
        // it.
        decide(inquirePayment(verdict.kind() != PaymentVerdict.Kind.PENDING), code);
    }

    /** A gateway that does not deduplicate could charge a second time, so it is queried first. */
    private boolean dedupes() {
        PaymentGuarantees gateway = input.policies().gateway();
        return gateway == null || gateway.dedupes();
    }

    private void decide(PaymentVerdict settled, String code) throws TurnBackException {
        switch (settled.kind()) {
            case CHARGED -> {
                tracker.succeeded(Step.PAYMENT, settled.transactionId());
                openExtras(settled);
            }
            case DECLINED -> turnBack("payment_declined");
            case ABSENT, REFUNDED -> turnBack(code);
            case WRONG_AMOUNT -> {
                tracker.failed(Step.PAYMENT, "payment_wrong_amount");
                throw new TurnBackException(ForwardOutcome.UNRESOLVED);
            }
            case PENDING, UNKNOWN -> {
                tracker.unknown(Step.PAYMENT, unknownPaymentCode());
                throw new TurnBackException(ForwardOutcome.UNRESOLVED);
            }
        }
    }

    /** Opens a refund for each further payment at the gateway, attended to after the end. */
    private void openExtras(PaymentVerdict settled) {
        List<PlannedUndo> extras = settled.refundsOfExtras(input.registrationId());
        if (!extras.isEmpty()) {
            tracker.note(Step.PAYMENT, "payment_duplicated");
            UndoExecutor.records()
                    .openRows(new OpenRows(
                            input.registrationId(), input.run(), extras, settled.transactionId(), StepTracker.now()));
        }
    }

    private void turnBack(String code) throws TurnBackException {
        tracker.failed(Step.PAYMENT, code);
        throw new TurnBackException(ForwardOutcome.FAILED);
    }

    /**
     * How long a sent call may still be under way. A call whose worker was lost may continue until its deadline, and so
     * may one of an earlier run or of the run before a reset; otherwise only a local attempt can be lost.
     */
    private Duration grace(boolean mayBeUnderWay) {
        boolean again = mayHaveBeenSent();
        return mayBeUnderWay || again ? input.policies().callDeadline() : LocalAttempts.START_TO_CLOSE;
    }

    /**
     * Whether an earlier run, or the one before a reset, may have sent the charge. Recorded as a side effect, because a
     * reset run has another id but must decide as the run before it did.
     */
    private boolean mayHaveBeenSent() {
        return Workflow.sideEffect(
                Boolean.class, () -> origin.mustAsk(Workflow.getInfo().getRunId()));
    }

    /**
     * What is proved about the payment, by history or by lookups.
     *
     * @param mayVoid whether the charge is no longer wanted, so that it may be prevented
     */
    PaymentVerdict inquirePayment(boolean mayVoid) {
        if (verdict.open()) {
            boolean pending = verdict.kind() == PaymentVerdict.Kind.PENDING;
            boolean keyKnown = StepTracker.now().isBefore(input.keyExpiresAt());
            verdict = inquiries.payment(new PaymentQuestion(
                    grace(paymentMayBeUnderWay), mayVoid && keyKnown, pending, verdict.transactionId(), null));
        }
        return verdict;
    }

    /** The error code of a payment that stayed unknown after the lookups. */
    String unknownPaymentCode() {
        return inquiries.unknownPaymentCode();
    }

    /** What is known about the payment so far. */
    PaymentVerdict verdict() {
        return verdict;
    }

    /** Whether a create, or a charge, may still take effect after this run has ended. */
    boolean mayTurnUpLate() {
        boolean again = origin.mustAsk(Workflow.getInfo().getRunId());
        boolean charge = verdict.kind() == PaymentVerdict.Kind.ABSENT && !verdict.proved();
        return again || profileMayBeUnderWay || charge;
    }

    private Optional<Ownership> inquireProfile(boolean mayLand) {
        return inquiries.profile(mayLand, false, grace(profileMayBeUnderWay));
    }

    /** Whether there may be a profile of ours to delete; queries the provider if the history does not show it. */
    boolean profileMayBeOurs() {
        return switch (profile) {
            case OURS -> true;
            case NOT_OURS -> false;
            case UNKNOWN -> {
                Optional<Ownership> found = inquireProfile(true);
                found.ifPresent(this::tell);
                yield found.map(Ownership.OURS::equals).orElse(true);
            }
        };
    }

    private void tell(Ownership found) {
        if (found != Ownership.OURS) {
            tracker.notDone(Step.PROFILE);
        } else if (tracker.report(Step.PROFILE).status() != StepStatus.SUCCEEDED) {
            tracker.succeeded(Step.PROFILE, input.profile().userId());
        }
    }
}
