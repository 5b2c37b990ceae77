package dev.registrar.registration;

import dev.registrar.compensation.PaymentInquiry;
import dev.registrar.compensation.PaymentVerdict;
import dev.registrar.model.Origin;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.ProcessPayment;
import dev.registrar.policy.CallGaveUpException;
import dev.registrar.policy.LocalAttempts;
import dev.registrar.policy.PatientCall;
import dev.registrar.profile.UserProfileService;
import dev.registrar.profile.UserProfileService.CreateUserProfile;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.store.PaymentResolution;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Optional;

/**
 * Profile and payment, the two steps without which there is no registration, and what is known of them. The last error of
 * a step never decides: where there was no definite answer, the provider is asked. Workflow code.
 */
final class CriticalSteps {

    /** What this history proves about the profile. */
    enum ProfileKnowledge {
        /** Nothing: history without a result is no proof that no call was made. */
        UNKNOWN,
        OURS,
        NOT_OURS
    }

    private final RegistrationInput input;
    private final StepBoard board;
    private final Origin origin;
    private ProfileKnowledge profile = ProfileKnowledge.UNKNOWN;
    private PaymentVerdict verdict = PaymentVerdict.UNKNOWN;
    private Duration profileGrace = LocalAttempts.START_TO_CLOSE;
    private Duration paymentGrace = LocalAttempts.START_TO_CLOSE;

    CriticalSteps(RegistrationInput input, StepBoard board, Origin origin) {
        this.input = input;
        this.board = board;
        this.origin = origin;
        PaymentResolution resolution = input.resolution();
        if (resolution != null) {
            verdict = PaymentVerdict.of(resolution);
        }
    }

    /** Creates the profile, or turns back. */
    void createProfile() throws TurnBackException {
        board.started(Step.PROFILE);
        CreateUserProfile request = new CreateUserProfile(input.registrationId(), input.profile(), origin);
        try {
            ProfileCreation created = new PatientCall(input.policies().profile(), board.monitor(Step.PROFILE))
                    .run(UserProfileService.class, service -> service.createUserProfile(request));
            settleProfile(
                    created.state() == ProfileCreation.State.CREATED ? Ownership.OURS : Ownership.FOREIGN,
                    "profile_conflict");
        } catch (CallGaveUpException e) {
            if (e.forwardRefused()) {
                throw new TurnBackException(Turn.UNDO_BEGUN);
            }
            profileGrace = grace(e);
            String code = e.code().isEmpty() ? "profile_unknown" : e.code();
            Optional<Ownership> found = inquireProfile(e.unknown());
            if (found.isEmpty()) {
                board.unknown(Step.PROFILE, code);
                throw new TurnBackException(Turn.FAILED);
            }
            settleProfile(found.get(), code);
        }
    }

    private void settleProfile(Ownership ownership, String code) throws TurnBackException {
        if (ownership == Ownership.OURS) {
            profile = ProfileKnowledge.OURS;
            board.succeeded(Step.PROFILE, input.profile().userId());
            return;
        }
        profile = ProfileKnowledge.NOT_OURS;
        board.failed(Step.PROFILE, ownership == Ownership.FOREIGN ? "profile_conflict" : code);
        throw new TurnBackException(Turn.FAILED);
    }

    /** Charges exactly once, or turns back with what is known. */
    void charge() throws TurnBackException {
        board.started(Step.PAYMENT);
        if (input.resolution() != null) {
            decide(verdict, "payment_unknown");
            return;
        }
        if (!new EarlierCharges(input, board).clear()) {
            if (!origin.mustAsk(Workflow.getInfo().getRunId())) {
                // This history holds the lookups that failed and nothing comes before them: no charge was ever sent.
                verdict = PaymentVerdict.ABSENT;
            }
            turnBack("payment_unavailable");
        }
        ProcessPayment request =
                new ProcessPayment(input.registrationId(), input.payment(), origin, input.keyExpiresAt());
        String code = "payment_unknown";
        try {
            PaymentResult result = new PatientCall(input.policies().payment(), board.monitor(Step.PAYMENT))
                    .run(PaymentService.class, service -> service.processPayment(request));
            verdict = PaymentVerdict.of(result, input.payment().amount());
        } catch (CallGaveUpException e) {
            if (e.forwardRefused()) {
                throw new TurnBackException(Turn.UNDO_BEGUN);
            }
            paymentGrace = grace(e);
            code = e.code().isEmpty() ? code : e.code();
        }
        decide(inquirePayment(), code);
    }

    private void decide(PaymentVerdict settled, String code) throws TurnBackException {
        switch (settled.kind()) {
            case CHARGED -> board.succeeded(Step.PAYMENT, settled.transactionId());
            case DECLINED -> turnBack("payment_declined");
            case ABSENT, REFUNDED -> turnBack(code);
            case WRONG_AMOUNT -> {
                board.failed(Step.PAYMENT, "payment_wrong_amount");
                throw new TurnBackException(Turn.ATTENTION);
            }
            case PENDING, UNKNOWN -> {
                board.unknown(Step.PAYMENT, "payment_unknown");
                throw new TurnBackException(Turn.ATTENTION);
            }
        }
    }

    private void turnBack(String code) throws TurnBackException {
        board.failed(Step.PAYMENT, code);
        throw new TurnBackException(Turn.FAILED);
    }

    /** A call whose worker was lost may go on until its own deadline. */
    private Duration grace(CallGaveUpException e) {
        return e.timedOut() ? input.policies().callDeadline() : Duration.ZERO;
    }

    /** What is proved about the payment, by history or by asking. */
    PaymentVerdict inquirePayment() {
        if (verdict.open()) {
            verdict = new PaymentInquiry(input.undoTarget(), board.waitsOf(Step.PAYMENT)).settle(paymentGrace);
        }
        return verdict;
    }

    /** What is known about the payment so far. */
    PaymentVerdict verdict() {
        return verdict;
    }

    /** Whose profile it is, by asking. */
    Optional<Ownership> inquireProfile(boolean mayLand) {
        return new ProfileInquiry(input, board.waitsOf(Step.PROFILE)).settle(mayLand, profileGrace);
    }

    /** Whether there may be a profile of ours that has to go; asks where history does not tell. */
    boolean profileMayBeOurs() {
        return switch (profile) {
            case OURS -> true;
            case NOT_OURS -> false;
            case UNKNOWN -> inquireProfile(true).map(Ownership.OURS::equals).orElse(true);
        };
    }
}
