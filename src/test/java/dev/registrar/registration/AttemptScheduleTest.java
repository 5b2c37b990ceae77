package dev.registrar.registration;

import static dev.registrar.registration.CallGaps.assertGaps;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import io.temporal.api.common.v1.RetryPolicy;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.ActivityTaskScheduledEventAttributes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The times and options of a step's attempts: the documented numbers, asserted on real executions. */
class AttemptScheduleTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void externalServiceIsCalledFiveTimesWithDoublingWaits(Mode mode) {
        World world = new World().always("createUserProfile", Reply.down());

        RIG.start(world, Inputs.of(world, mode)).end();

        assertGaps(world, "createUserProfile", 2, 4, 8, 16);
        assertThat(world.step(Step.PROFILE).attempts()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void paymentIsTriedAsOftenAsAnyExternalService(Mode mode) {
        World world = new World().always("processPayment", Reply.lostBefore());

        RIG.start(world, Inputs.of(world, mode)).end();

        assertGaps(world, "processPayment", 2, 4, 8, 16);
        assertThat(world.step(Step.PAYMENT).attempts()).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void internalServicesAreCalledThreeTimesWithWaitsOfOneAndOneAndAHalf(Mode mode) {
        World world = new World()
                .always("saveUserData", Reply.down())
                .always("sendWelcomeEmail", Reply.lostBefore())
                .always("sendSms", Reply.breaks());

        RIG.start(world, Inputs.of(world, mode)).end();

        assertGaps(world, "saveUserData", 1, 1.5);
        assertGaps(world, "sendWelcomeEmail", 1, 1.5);
        assertGaps(world, "sendSms", 1, 1.5);
    }

    @Test
    void localFirstMakesOnlyTheFirstAttemptLocal() {
        World world = new World().always("processPayment", Reply.down());

        Run run = RIG.start(world);
        run.end();

        assertThat(world.calls("processPayment"))
                .extracting(ServiceCall::local)
                .containsExactly(true, false, false, false, false);
        assertThat(world.calls("processPayment"))
                .extracting(ServiceCall::attempt)
                .containsExactly(1, 1, 2, 3, 4);
        assertOptions(
                run, "ProcessPayment", Duration.ofMinutes(5), 4, Duration.ofSeconds(4), 2.0, Duration.ofMinutes(1));
    }

    @Test
    void durableModeSchedulesOneActivityWithAllAttempts() {
        World world = new World();

        Run run = RIG.start(world, Inputs.of(world, Mode.DURABLE));
        run.end();

        assertOptions(
                run, "CreateUserProfile", Duration.ofMinutes(5), 5, Duration.ofSeconds(2), 2.0, Duration.ofMinutes(1));
        assertOptions(
                run, "ProcessPayment", Duration.ofMinutes(5), 5, Duration.ofSeconds(2), 2.0, Duration.ofMinutes(1));
        for (String internal : new String[] {"SaveUserData", "SendWelcomeEmail", "SendSms"}) {
            assertOptions(run, internal, Duration.ofMinutes(2), 3, Duration.ofSeconds(1), 1.5, Duration.ofSeconds(30));
        }
        assertThat(run.count(EventType.EVENT_TYPE_MARKER_RECORDED))
                .as("only the outcome is local")
                .isOne();
    }

    @Test
    void internalServiceGoesOnDurableWithTheAttemptsThatAreLeft() {
        World world = new World().next("sendSms", Reply.down());

        Run run = RIG.start(world);
        run.end();

        assertOptions(run, "SendSms", Duration.ofMinutes(2), 2, Duration.ofMillis(1_500), 1.5, Duration.ofSeconds(30));
        assertThat(world.step(Step.SMS).attempts()).isEqualTo(2);
    }

    @Test
    void lookupsAndUndoAreDurableWithTheirOwnPolicies() {
        World world = new World().next("processPayment", Reply.lostAfter());
        world.ledger().requestCancel();

        Run run = RIG.start(
                world,
                Inputs.withExternal(
                        Inputs.of(world),
                        Inputs.external(Mode.LOCAL_FIRST),
                        Inputs.external(Mode.LOCAL_FIRST, 1, Duration.ofHours(1))));

        assertThat(run.end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertOptions(run, "FindPayment", Duration.ofMinutes(5), 5, Duration.ofSeconds(2), 2.0, Duration.ofMinutes(1));
        for (String undo : new String[] {"RefundPayment", "DeleteUserData", "DeleteUserProfile"}) {
            assertOptions(run, undo, Duration.ofMinutes(5), 10, Duration.ofSeconds(2), 2.0, Duration.ofMinutes(1));
        }
        assertThat(run.scheduled("BeginUndo")).hasSize(1);
        assertThat(run.scheduled("CloseUndo")).hasSize(3);
        assertThat(run.scheduled("Rest")).as("local first").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void attemptsOfADurableActivityAreCountedWhenItSucceeds(Mode mode) {
        World world = new World()
                .next("createUserProfile", Reply.down(), Reply.down(), Reply.lostBefore())
                .next("processPayment", Reply.lostAfter())
                .next("sendSms", Reply.down(), Reply.down());

        Run run = RIG.start(world, Inputs.of(world, mode));

        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(run.steps())
                .containsExactly(
                        "profile SUCCEEDED 4",
                        "payment SUCCEEDED 2",
                        "database SUCCEEDED 1",
                        "email SUCCEEDED 1",
                        "sms SUCCEEDED 3");
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.count("findPayment")).isZero();
    }

    @Test
    void stepSucceedsWithItsLastAttempt() {
        World world = new World().next("processPayment", Reply.down(), Reply.down(), Reply.down(), Reply.down());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.PAYMENT).attempts()).isEqualTo(5);
    }

    private static void assertOptions(
            Run run,
            String activityType,
            Duration startToClose,
            int attempts,
            Duration firstInterval,
            double factor,
            Duration maxInterval) {
        ActivityTaskScheduledEventAttributes scheduled =
                run.scheduled(activityType).get(0);
        RetryPolicy retry = scheduled.getRetryPolicy();
        assertThat(Durations.toMillis(scheduled.getStartToCloseTimeout()))
                .as(activityType + " start-to-close")
                .isEqualTo(startToClose.toMillis());
        assertThat(Durations.toMillis(scheduled.getHeartbeatTimeout()))
                .as(activityType + " heartbeat")
                .isEqualTo(HEARTBEAT.toMillis());
        assertThat(retry.getMaximumAttempts()).as(activityType + " attempts").isEqualTo(attempts);
        assertThat(Durations.toMillis(retry.getInitialInterval()))
                .as(activityType + " first interval")
                .isEqualTo(firstInterval.toMillis());
        assertThat(retry.getBackoffCoefficient()).isEqualTo(factor);
        assertThat(Durations.toMillis(retry.getMaximumInterval())).isEqualTo(maxInterval.toMillis());
    }
}
