package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.model.CallDetails;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step failing for good, and failing until it succeeds. */
class StepFailureTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void registrationWithoutAProfileFailsAndNothingIsCharged(Mode mode) {
        World world = new World().always("createUserProfile", Reply.down());

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("processPayment")).isZero();
        assertThat(world.errorCodes()).containsExactly("profile_unavailable");
        assertThat(world.ledger().standing()).isEmpty();
    }

    @Test
    void refusedProfileIsNotTriedAgain() {
        World world = new World().always("createUserProfile", Reply.refused());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("createUserProfile")).isOne();
        assertThat(world.errorCodes()).containsExactly("profile_rejected");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void registrationWithoutAPaymentFailsAndItsProfileIsDeleted(Mode mode) {
        World world = new World().always("processPayment", Reply.down());

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.errorCodes()).containsExactly("payment_unavailable");
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(world.ledger().inDoubt()).as("stays on watch").isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "saveUserData, DATABASE, database_unavailable",
        "sendWelcomeEmail, EMAIL, email_unavailable",
        "sendSms, SMS, sms_unavailable"
    })
    void bestEffortStepThatFailsForGoodIsNotedAndUndoesNothing(String method, Step step, String code) {
        World world = new World().always(method, Reply.down());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.providers().hasProfile()).isTrue();
        assertThat(world.step(step).status()).isEqualTo(StepStatus.FAILED);
        assertThat(world.step(step).attempts()).isEqualTo(3);
        assertThat(world.errorCodes()).containsExactly(code);
        assertThat(world.count("beginUndo")).isZero();
    }

    @Test
    void errorsOfAllBestEffortStepsAreCollected() {
        World world = new World()
                .always("saveUserData", Reply.refused())
                .always("sendWelcomeEmail", Reply.lostBefore())
                .always("sendSms", Reply.breaks());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.errorCodes()).containsExactlyInAnyOrder("database_rejected", "email_unknown", "sms_unknown");
        assertThat(world.count("saveUserData")).isOne();
        assertThat(world.ledger().row().errors().toString()).doesNotContain("ada@");
    }

    @Test
    void bestEffortStepsRunSideBySide() {
        Gate gate = new Gate();
        World world = new World().next("saveUserData", Reply.works().heldBy(gate));
        Run run = RIG.start(world);
        gate.awaitEntered();

        run.awaitCalls("sendWelcomeEmail", 1);
        run.awaitCalls("sendSms", 1);

        gate.open();
        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyAttemptSendsTheSameRequest(Mode mode) {
        World world = new World()
                .next("createUserProfile", Reply.down(), Reply.lostBefore())
                .next("processPayment", Reply.lostAfter(), Reply.down(), Reply.breakerOpen(Duration.ofSeconds(10)))
                .next("saveUserData", Reply.down(), Reply.down())
                .next("sendWelcomeEmail", Reply.lostAfter(), Reply.down())
                .next("sendSms", Reply.lostBefore());

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        for (String method :
                new String[] {"createUserProfile", "processPayment", "saveUserData", "sendWelcomeEmail", "sendSms"}) {
            assertThat(world.count(method)).as(method).isGreaterThan(1);
            assertThat(world.calls(method).stream().map(ServiceCall::argument).distinct())
                    .as(method)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void failedAttemptsOfAStepThatWorkedInTheEndAreInTheRow(Mode mode) {
        World world = new World()
                .next(
                        "createUserProfile",
                        Reply.lostBefore().met(new CallDetails(true, 503, "overloaded", "req_1")),
                        Reply.down().met(CallDetails.noAnswer("connect_failed")))
                .next("sendSms", Reply.breakerOpen(Duration.ofSeconds(10)).met(CallDetails.noAnswer("breaker_open")));

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.step(Step.PROFILE).attempts()).isEqualTo(3);
        assertThat(world.step(Step.PROFILE).failures())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new AttemptFailure(1, Instant.EPOCH, Outcome.UNKNOWN, 503, "overloaded", "req_1"),
                        new AttemptFailure(2, Instant.EPOCH, Outcome.NOT_SENT, null, "connect_failed", null));
        assertThat(world.step(Step.SMS).failures())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(new AttemptFailure(1, Instant.EPOCH, Outcome.NOT_SENT, null, "breaker_open", null));
        assertThat(world.step(Step.PAYMENT).failures()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyFailedAttemptOfAStepThatFailsForGoodIsInTheRow(Mode mode) {
        World world = new World()
                .next("sendWelcomeEmail", Reply.comeBackIn(Duration.ofSeconds(9)), Reply.breaks())
                .always("sendWelcomeEmail", Reply.lostBefore().met(new CallDetails(false, null, "timeout", null)));

        RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(world.step(Step.EMAIL).failures())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new AttemptFailure(1, Instant.EPOCH, Outcome.NOT_SENT, null, null, null),
                        new AttemptFailure(2, Instant.EPOCH, Outcome.UNKNOWN, null, null, null),
                        new AttemptFailure(3, Instant.EPOCH, Outcome.UNKNOWN, null, "timeout", null));
    }

    @Test
    void declineIsInTheRowWithItsRequestId() {
        World world = new World();
        world.providers().chargesAs(PaymentStatus.DECLINED);

        RIG.start(world).end();

        assertThat(world.step(Step.PAYMENT).failures())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(
                        new AttemptFailure(1, Instant.EPOCH, Outcome.SENT, 402, "card_declined", "req_declined"));
    }

    @Test
    void outcomeThatCannotBeWrittenLocallyIsWrittenDurablyUntilItIs() {
        World world = new World().next("recordOutcome", Reply.breaks(), Reply.breaks(), Reply.breaks());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.ledger().status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.calls("recordOutcome"))
                .extracting(ServiceCall::local)
                .containsExactly(true, false, false, false);
    }
}
