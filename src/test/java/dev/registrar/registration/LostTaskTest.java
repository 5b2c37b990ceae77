package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.store.RegistrationStatus;
import io.temporal.api.enums.v1.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A workflow task that is lost together with its worker and the results of its local activities. */
class LostTaskTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    @Test
    void lostTaskAfterALocalChargeChargesOnce() {
        RIG.lostTasks().loseBefore(world, "SendSms", () -> {});

        Run run = RIG.start(world);

        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(run.count(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)).isOne();
        assertThat(world.count("processPayment"))
                .as("run again, under the same key")
                .isEqualTo(2);
        assertThat(world.calls("processPayment").stream()
                        .map(ServiceCall::argument)
                        .distinct())
                .hasSize(1);
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @Test
    void lostTaskAfterALocalChargeAndThenACancelRefunds() {
        Run[] run = new Run[1];
        Gate started = new Gate();
        world.next("createUserProfile", Reply.works().heldBy(started));
        RIG.lostTasks().loseBefore(world, "SendSms", () -> run[0].cancel());
        run[0] = RIG.start(world);
        started.open();

        assertThat(run[0].end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.providers().hasAccount()).isFalse();
        assertThat(world.ledger().standing()).contains("refund DONE", "delete_profile DONE");
    }

    @Test
    void lostTaskAfterTheOutcomeWasWrittenAndThenANativeCancelEndsAsTheRowSays() {
        Run[] run = new Run[1];
        Gate started = new Gate();
        world.next("createUserProfile", Reply.works().heldBy(started));
        // The outcome's local activity runs before the task is lost.
        world.next("recordOutcome", Reply.works().after(() -> run[0].cancelNatively()));
        RIG.lostTasks().loseAfter(world, "RecordOutcome");
        run[0] = RIG.start(world);
        started.open();

        assertThat(run[0].end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.ledger().status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.providers().hasProfile()).isTrue();
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.count("beginUndo")).as("asked, and refused by the row").isOne();
    }

    @Test
    void lostTaskAfterALocalChargeAndThenAProviderThatRefusesIsStillFound() {
        RIG.lostTasks().loseBefore(world, "SendSms", () -> world.always("processPayment", Reply.refused()));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("findPayment")).isOne();
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"processPayment", "createUserProfile"})
    void lostTaskAfterTheOutcomeWasWrittenAndThenAProviderThatIsDownTakesNothingBack(String down) {
        RIG.lostTasks()
                .loseAfter(
                        world,
                        "RecordOutcome",
                        () -> world.always(down, Reply.down()).always("getUserProfile", Reply.down()));

        assertThat(RIG.start(world, Inputs.voiding(Inputs.of(world))).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(RIG.lostTasks().hasLost(world)).isTrue();
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.providers().hasProfile()).isTrue();
        assertThat(world.count("voidPayment")).isZero();
        assertThat(world.ledger().standing()).isEmpty();
    }

    @Test
    void lostTaskAfterALocalChargeAndThenNoProfileRefunds() {
        RIG.lostTasks()
                .loseBefore(
                        world,
                        "SendSms",
                        () -> world.always("createUserProfile", Reply.refused())
                                .always("getUserProfile", Reply.down()));
        world.next("deleteUserProfile", Reply.works().after(() -> world.always("getUserProfile", Reply.works())));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
    }
}
