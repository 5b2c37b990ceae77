package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import io.temporal.api.enums.v1.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cancel, by signal or through Temporal, at each point: everything is undone, unless the end was already written. */
class CancelTest {

    /** Both ways of cancelling. */
    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    enum Way {
        SIGNAL(Run::cancel, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED),
        NATIVE(Run::cancelNatively, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED);

        private final Consumer<Run> cancel;
        private final EventType event;

        Way(Consumer<Run> cancel, EventType event) {
            this.cancel = cancel;
            this.event = event;
        }

        void cancel(Run run) {
            cancel.accept(run);
            run.awaitEvent(event);
        }
    }

    @RegisterExtension
    final WorkflowRig rig = new WorkflowRig();

    /** Started durably, and cancelled while the call held by the gate is in progress. */
    private Run cancelledInMidCall(World world, Gate gate, Way way) {
        Run run = rig.start(world, Inputs.of(world, Mode.DURABLE));
        gate.awaitEntered();
        way.cancel(run);
        awaitWaitForTheCall(run);
        return run;
    }

    private static void awaitWaitForTheCall(Run run) {
        run.awaitProgress(progress ->
                progress.waitingOn() != null && progress.waitingOn().reason().equals("cancel"));
    }

    static void assertUndone(Run run) {
        World world = run.world();
        assertThat(run.end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.ledger().status()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.standing().isZero())
                .as("nobody is charged for nothing")
                .isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.providers().hasAccount()).isFalse();
        assertThat(world.ledger().standing()).allMatch(row -> row.endsWith("DONE"));
        assertThat(world.count("beginUndo")).isOne();
    }

    @Test
    void cancelBeforeALaterRunCallsNoForwardStep() {
        World world = new World();
        world.ledger().requestCancel();

        Run run = rig.again(world, 2);

        assertUndone(run);
        assertThat(world.count("createUserProfile")).isZero();
        assertThat(world.count("findPayment")).isEqualTo(2);
        assertThat(world.count("getUserProfile")).isEqualTo(2);
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.PENDING);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelDuringTheFirstDurableCallWaitsForItsAnswerAndUndoesIt(Way way) {
        Gate gate = new Gate();
        World world = new World().next("createUserProfile", Reply.works().heldBy(gate));
        Run run = cancelledInMidCall(world, gate, way);

        assertThat(world.order("createUserProfile", "getUserProfile", "findPayment", "beginUndo"))
                .as("its answer is waited for")
                .containsExactly("createUserProfile");
        gate.open();
        run.awaitAnswer("CreateUserProfile");
        assertUndone(run);
        assertThat(world.count("processPayment")).isZero();
        assertThat(world.step(Step.PROFILE).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelDuringADurableChargeWaitsForItsAnswerAndRefundsIt(Way way) {
        Gate gate = new Gate();
        World world = new World().next("processPayment", Reply.works().heldBy(gate));
        Run run = cancelledInMidCall(world, gate, way);
        gate.open();
        run.awaitAnswer("ProcessPayment");

        assertUndone(run);
        assertThat(world.count("findPayment")).as("the answer was definite").isZero();
        assertThat(world.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.count("saveUserData")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelDuringADurableChargeThatIsLostAsksAndRefunds(Way way) {
        Gate gate = new Gate();
        World world = new World().next("processPayment", Reply.lostAfter().heldBy(gate));
        Run run = cancelledInMidCall(world, gate, way);
        gate.open();

        assertUndone(run);
        if (way == Way.SIGNAL) {
            assertThat(world.count("processPayment"))
                    .as("the guard stops the next attempt")
                    .isOne();
            assertThat(world.count("findPayment")).isPositive();
        }
        assertThat(run.count(EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED))
                .isZero();
        assertThat(world.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelDuringALocalChargeLeavesNoChargeStanding(Way way) {
        Gate gate = new Gate();
        World world = new World().next("processPayment", Reply.works().heldBy(gate));
        Run run = rig.start(world);
        gate.awaitEntered();

        way.cancel.accept(run);
        gate.open();

        RegistrationStatus end = run.end();
        assertThat(end).isEqualTo(world.ledger().status());
        if (way == Way.SIGNAL) {
            assertUndone(run);
        } else {
            // The row had no cancel: its end may have been written before Temporal notified the workflow.
            assertStandsOrFalls(world, end);
        }
    }

    private static void assertStandsOrFalls(World world, RegistrationStatus end) {
        boolean completed = end == RegistrationStatus.COMPLETED;
        assertThat(completed || end == RegistrationStatus.CANCELLED).isTrue();
        assertThat(world.standing().isZero()).isEqualTo(!completed);
        assertThat(world.providers().hasProfile()).isEqualTo(completed);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelWhileWaitingForABreakerEndsTheWait(Way way) {
        World world = new World().always("processPayment", Reply.breakerOpen(Duration.ofMinutes(20)));
        Run run = rig.start(world);
        run.awaitProgress(progress -> progress.waitingOn() != null);

        way.cancel(run);

        assertUndone(run);
        assertThat(world.count("processPayment")).isOne();
        assertThat(world.count("findPayment")).as("history is no proof").isEqualTo(2);
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.FAILED);
        assertThat(Duration.ofMillis(world.calls("beginUndo").get(0).at()
                        - world.calls("processPayment").get(0).at()))
                .isLessThan(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelDuringTheBackOffOfADurableActivityAsksWhatItDid(Way way) {
        World world = new World().next("processPayment", Reply.lostAfter()).always("processPayment", Reply.down());
        Run run = rig.start(world, Inputs.of(world, Mode.DURABLE));
        run.awaitCalls("processPayment", 1);

        way.cancel(run);

        assertUndone(run);
        assertThat(world.count("findPayment")).isPositive();
        assertThat(world.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelWhileSettlingStillFindsALateCharge(Way way) {
        World world = new World().next("processPayment", Reply.refused());
        Run run = rig.start(world);
        run.awaitCalls("findPayment", 1);
        run.awaitProgress(progress -> progress.waitingOn() != null);

        world.providers().charge(World.PRICE, 1);
        way.cancel(run);

        assertUndone(run);
        assertThat(world.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.PAYMENT).reference()).isEqualTo(Providers.TRANSACTION);
    }

    @Test
    void cancelOfAPaymentThatNobodyCanTellNeedsAttentionAndMeansToEndCancelled() {
        Gate gate = new Gate();
        World world = new World()
                .next("processPayment", Reply.lostAfter().heldBy(gate))
                .always("findPayment", Reply.down());
        Run run = cancelledInMidCall(world, gate, Way.SIGNAL);
        gate.open();

        assertThat(run.end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
        assertThat(world.ledger().row().intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.providers().hasProfile()).as("the profile stays").isTrue();
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.UNKNOWN);
        assertThat(world.errorCodes()).containsExactly("payment_unknown");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelDuringBestEffortWaitsForTheCallsAndUndoesEverything(Way way) {
        Gate gate = new Gate();
        World world = new World().next("saveUserData", Reply.works().heldBy(gate));
        Run run = rig.start(world, Inputs.of(world, Mode.DURABLE));
        gate.awaitEntered();
        run.awaitEvent(EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, 4);

        way.cancel(run);
        awaitWaitForTheCall(run);
        gate.open();
        run.awaitAnswer("SaveUserData");

        assertUndone(run);
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
    }

    @Test
    void cancelsOfManyRegistrationsInMidCallAreAllApplied() {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int millis = i % 8 * 5;
            World world = new World()
                    .always("sendSms", Reply.lostBefore().after(() -> Gate.pauseFor(Duration.ofMillis(millis))));
            runs.add(rig.start(world, Inputs.of(world, Mode.DURABLE)));
        }

        for (Run run : runs) {
            run.awaitCalls("sendSms", 1);
            run.cancel();
        }

        runs.forEach(CancelTest::assertUndone);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelWhileABestEffortStepWaitsUndoesEverything(Way way) {
        World world = new World().always("sendSms", Reply.breakerOpen(Duration.ofSeconds(50)));
        Run run = rig.start(world);
        run.awaitProgress(progress -> progress.waitingOn() != null);

        way.cancel(run);

        assertUndone(run);
        assertThat(world.count("sendSms")).isOne();
    }
}
