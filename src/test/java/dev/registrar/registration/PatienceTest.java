package dev.registrar.registration;

import static dev.registrar.registration.CallGaps.assertGap;
import static dev.registrar.registration.CallGaps.assertGaps;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationRecords.Progress;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import dev.registrar.store.WaitingOn;
import io.temporal.api.enums.v1.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Waiting is not a failure: open breakers, Retry-After, providers that refuse us. */
class PatienceTest {

    private static final Duration PERIOD = Duration.ofSeconds(30);

    @RegisterExtension
    final WorkflowRig rig = new WorkflowRig();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void breakerOpenOverTwoPeriodsSpendsNoAttempt(Mode mode) {
        World world = new World()
                .next("processPayment", Reply.breakerOpen(PERIOD), Reply.breakerOpen(PERIOD))
                .next("processPayment", Reply.down(), Reply.down(), Reply.down(), Reply.down());

        RegistrationStatus end = rig.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.step(Step.PAYMENT).attempts())
                .as("calls that reached out: four refused, one answered")
                .isEqualTo(5);
        assertGap(world, "processPayment", 0, 30, 33);
        assertGap(world, "processPayment", 1, 60, 66);
        assertGap(world, "processPayment", 2, 2);
        assertGap(world, "processPayment", 3, 4);
        assertGap(world, "processPayment", 4, 8);
        assertGap(world, "processPayment", 5, 16);
    }

    @Test
    void waitsThatBeginInTheSameMillisecondAreAllWritten() {
        World world = new World()
                .next("sendWelcomeEmail", Reply.comeBackIn(Duration.ofSeconds(20)))
                .next("sendSms", Reply.comeBackIn(Duration.ofSeconds(20)));

        rig.start(world).end();

        assertThat(world.ledger().progress().stream().map(Progress::at))
                .hasSizeGreaterThanOrEqualTo(2)
                .doesNotHaveDuplicates();
    }

    @Test
    void breakerThatOpensBetweenAttemptsKeepsTheBackOffWhereItWas() {
        World world =
                new World().next("processPayment", Reply.down(), Reply.down(), Reply.breakerOpen(PERIOD), Reply.down());

        RegistrationStatus end = rig.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertGap(world, "processPayment", 0, 2);
        assertGap(world, "processPayment", 1, 4);
        assertGap(world, "processPayment", 2, 30, 33);
        assertGap(world, "processPayment", 3, 8);
        assertThat(world.step(Step.PAYMENT).attempts()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void usedUpPatienceEndsTheStep(Mode mode) {
        World world = new World().always("createUserProfile", Reply.breakerOpen(Duration.ofMinutes(10)));

        RegistrationStatus end = rig.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("createUserProfile"))
                .as("the first, and after each wait within the hour")
                .isEqualTo(6);
        assertThat(world.step(Step.PROFILE).attempts()).isZero();
        assertThat(world.errorCodes()).containsExactly("profile_unavailable");
    }

    @Test
    void waitLongerThanThePatienceThatIsLeftEndsTheStepAtOnce() {
        World world = new World().always("sendSms", Reply.breakerOpen(Duration.ofSeconds(61)));

        RegistrationStatus end = rig.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("sendSms")).isOne();
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("sms_unavailable");
    }

    @Test
    void bestEffortStepHoldsTheRegistrationForAMinuteOfWaitingAtMost() {
        World world = new World().always("sendSms", Reply.breakerOpen(Duration.ofSeconds(20)));
        Run run = rig.start(world);

        run.end();

        assertThat(world.count("sendSms")).isLessThanOrEqualTo(4);
        long held = world.calls("recordOutcome").get(0).at()
                - world.calls("sendSms").get(0).at();
        assertThat(Duration.ofMillis(held)).isLessThan(Duration.ofSeconds(63));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void retryAfterSpendsAnAttemptAndIsWaitedFor(Mode mode) {
        World world = new World()
                .next("processPayment", Reply.comeBackIn(PERIOD), Reply.unknownComeBackIn(PERIOD), Reply.down());

        RegistrationStatus end = rig.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertGap(world, "processPayment", 0, 30, 33);
        assertGap(world, "processPayment", 1, 30, 33);
        assertGap(world, "processPayment", 2, 8);
        assertThat(world.step(Step.PAYMENT).attempts()).isEqualTo(4);
    }

    @Test
    void retryAfterOnEveryAttemptEndsTheStepAfterItsAttempts() {
        World world = new World().always("createUserProfile", Reply.comeBackIn(PERIOD));

        RegistrationStatus end = rig.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("createUserProfile")).isEqualTo(5);
    }

    @Test
    void retryAfterUsesUpPatience() {
        World world = new World().always("sendSms", Reply.comeBackIn(Duration.ofSeconds(40)));

        rig.start(world).end();

        assertThat(world.count("sendSms"))
                .as("the second wait would be over the minute")
                .isEqualTo(2);
    }

    @Test
    void shortestWaitIsASecond() {
        World world = new World().next("processPayment", Reply.breakerOpen(Duration.ZERO));

        rig.start(world).end();

        assertGaps(world, "processPayment", 1);
    }

    @Test
    void waitingRegistrationSaysWhatItWaitsFor() {
        World world = new World().next("processPayment", Reply.breakerOpen(PERIOD));
        Run run = rig.start(world);

        RegistrationProgress waiting = run.awaitProgress(progress -> progress.waitingOn() != null);

        WaitingOn waitingOn = Objects.requireNonNull(waiting.waitingOn());
        assertThat(waitingOn.service()).isEqualTo(Step.PAYMENT);
        assertThat(waitingOn.reason()).isEqualTo("breaker_open");
        assertThat(Duration.between(waitingOn.since(), waitingOn.until())).isBetween(PERIOD, Duration.ofSeconds(33));
        assertThat(waiting.status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(waiting.steps().get(1).status()).isEqualTo(StepStatus.WAITING);
        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(run.progress().waitingOn()).isNull();
    }

    @Test
    void waitOfFiveSecondsAndMoreIsWrittenToTheRowAndSoIsWhatFollows() {
        World world = new World()
                .next("processPayment", Reply.comeBackIn(Duration.ofSeconds(5)))
                .next("saveUserData", Reply.down());
        Run run = rig.start(world);
        run.awaitCalls("recordProgress", 1);

        run.end();

        List<Progress> written = world.ledger().progress();
        assertThat(written).hasSize(2);
        WaitingOn waitingOn = Objects.requireNonNull(written.get(0).waitingOn());
        assertThat(waitingOn.reason()).isEqualTo("retry_after");
        assertThat(written.get(0).steps().get(1).status()).isEqualTo(StepStatus.WAITING);
        assertThat(Objects.requireNonNull(written.get(1).waitingOn()).service())
                .as("the next durable call")
                .isEqualTo(Step.DATABASE);
        assertThat(written.get(1).at()).isAfter(written.get(0).at());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void providerThatRefusesUsIsWaitedForWithoutSpendingAttempts(Mode mode) {
        World world = new World()
                .next("processPayment", Reply.blocked(), Reply.blocked(), Reply.blocked(), Reply.blocked())
                .next("processPayment", Reply.blocked(), Reply.blocked(), Reply.blocked(), Reply.blocked());

        RegistrationStatus end = rig.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("processPayment")).isEqualTo(9);
        assertThat(world.step(Step.PAYMENT).attempts()).isEqualTo(1);
        assertGap(world, "processPayment", 0, 2, 2.5);
        assertGap(world, "processPayment", 1, 15, 16.5);
        assertGap(world, "processPayment", 2, 30, 33);
        assertGap(world, "processPayment", 6, 300, 330);
        assertGap(world, "processPayment", 7, 300, 330);
    }

    @Test
    void providerThatGoesOnRefusingUsUsesUpPatience() {
        World world = new World().always("createUserProfile", Reply.blocked());

        RegistrationStatus end = rig.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("profile_unavailable");
        List<ServiceCall> calls = world.calls("createUserProfile");
        assertThat(Duration.ofMillis(
                        calls.get(calls.size() - 1).at() - calls.get(0).at()))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    }

    static List<Reply> obstacles() {
        return List.of(Reply.breakerOpen(Duration.ofSeconds(1)), Reply.blocked(), Reply.held(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @MethodSource("obstacles")
    void waitingRegistrationCostsAtMost300EventsAnHour(Reply obstacle) {
        World world = new World().always("processPayment", obstacle);
        Run run = rig.start(world);
        run.awaitProgress(progress -> progress.waitingOn() != null);

        rig.sleep(Duration.ofMinutes(59));

        assertThat(run.events().size()).isBetween(100, 300);
        assertThat(world.ledger().progress().size()).isGreaterThan(10);
        run.cancel();
        run.end();
    }

    @Test
    void waitForABreakerThatAnOperatorHoldsSpendsNoPatience() {
        Reply held = Reply.held(Duration.ofHours(2));
        World world = new World().next("sendSms", held, held, held, held, held, Reply.breakerOpen(PERIOD));

        RegistrationStatus end = rig.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.step(Step.SMS).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.SMS).attempts()).isEqualTo(1);
        assertGap(world, "sendSms", 0, 30, 33);
        assertGap(world, "sendSms", 4, 300, 330);
    }

    @Test
    void registrationSaysThatItWaitsForADurableCallAndWritesNothing() {
        Gate gate = new Gate();
        World world = new World().next("processPayment", Reply.works().heldBy(gate));
        Run run = rig.start(world, Inputs.of(world, Mode.DURABLE));
        gate.awaitEntered();

        RegistrationProgress calling = run.progress();

        WaitingOn waitingOn = Objects.requireNonNull(calling.waitingOn());
        assertThat(waitingOn.service()).isEqualTo(Step.PAYMENT);
        assertThat(waitingOn.reason()).isEqualTo("call");
        assertThat(waitingOn.since()).isEqualTo(calling.steps().get(1).startedAt());
        assertThat(calling.steps().get(1).status()).isEqualTo(StepStatus.RUNNING);
        gate.open();
        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("recordProgress")).isZero();
        assertThat(run.count(EventType.EVENT_TYPE_TIMER_STARTED)).isZero();
        assertThat(run.progress().waitingOn()).isNull();
    }

    @Test
    void shorterWaitIsNotWritten() {
        World world = new World()
                .next("createUserProfile", Reply.down())
                .next("processPayment", Reply.breakerOpen(Duration.ofSeconds(3)));

        rig.start(world).end();

        assertThat(world.count("recordProgress")).isZero();
    }
}
