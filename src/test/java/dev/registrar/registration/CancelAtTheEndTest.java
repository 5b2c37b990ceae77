package dev.registrar.registration;

import static dev.registrar.registration.CancelTest.assertUndone;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.registration.CancelTest.Way;
import dev.registrar.store.RegistrationStatus;
import io.temporal.api.enums.v1.EventType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cancel during the end, or during an undo: exactly one of them wins. */
class CancelAtTheEndTest {

    @RegisterExtension
    final WorkflowRig rig = new WorkflowRig();

    @Test
    void cancelThatTheRowKnewBeforeTheEndWins() {
        World world = new World();
        world.ledger().requestCancel();

        Run run = rig.start(world);

        assertUndone(run);
        assertThat(world.count("processPayment")).isOne();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void cancelAfterTheEndWasWrittenChangesNothing(Way way) {
        World world = new World();
        Gate gate = new Gate();
        // The outcome is written, but the workflow has not received it when the cancel arrives.
        world.next("recordOutcome", Reply.breaks(), Reply.works().afterwards(gate::pass));
        Run run = rig.start(world);
        gate.awaitEntered();

        way.cancel(run);
        gate.open();

        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.providers().hasProfile()).isTrue();
        assertThat(world.count("beginUndo")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void secondCancelDuringTheUndoHasNoEffect(Way way) {
        Gate gate = new Gate();
        World world = new World().next("refundPayment", Reply.works().heldBy(gate));
        world.ledger().requestCancel();
        Run run = rig.start(world);
        gate.awaitEntered();

        way.cancel(run);
        gate.open();

        assertUndone(run);
        assertThat(world.count("refundPayment")).isOne();
        assertThat(run.count(EventType.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED))
                .isZero();
    }

    /** Once the end was written although a cancel was accepted: the later command counted as seen. */
    @Test
    void cancelThatIsStillBeingAppliedIsNotOvertakenByALaterCommand() {
        Gate message = new Gate();
        World world = new World().next("sendSms", Reply.works().heldBy(message));
        world.next("applyCancel", Reply.works().afterwards(() -> {
            world.ledger().attend();
            message.open();
            // Long enough for the last step to end and the end to be written.
            Gate.pauseFor(Duration.ofSeconds(1));
        }));
        Run run = rig.start(world);
        message.awaitEntered();

        run.cancel();

        assertUndone(run);
        assertThat(world.count("recordOutcome")).isPositive();
    }

    @Test
    void cancelOfAFailingRegistrationLetsItFail() {
        Run[] run = new Run[1];
        World world = new World()
                .always("processPayment", Reply.refused())
                .next("deleteUserProfile", Reply.works().after(() -> run[0].cancel()));
        run[0] = rig.start(world);

        assertThat(run[0].end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(run[0].count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED))
                .isOne();
    }
}
