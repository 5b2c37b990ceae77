package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentService.ProcessPayment;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepError;
import dev.registrar.store.StepHistory;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import io.temporal.api.enums.v1.EventType;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registrations that are begun again: by the sweeper, by a reset, by a workflow task that was lost with its worker. */
class RestartTest {

    private static final List<PlannedUndo> PLAN = List.of(
            new PlannedUndo(UndoAction.REFUND, Providers.TRANSACTION, World.PRICE),
            new PlannedUndo(UndoAction.DELETE_ACCOUNT, World.USER, null),
            new PlannedUndo(UndoAction.DELETE_PROFILE, World.USER, null));

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private World world = new World();

    @BeforeEach
    void freshWorld() {
        world = new World();
    }

    private void paidAndProfiled() {
        world.providers().charge(World.PRICE, 1);
        world.providers().plantProfile();
        world.providers().saveAccount();
    }

    @Test
    void sweptRegistrationTellsItsActivitiesToAskTheGuard() {
        assertThat(RIG.start(world, Inputs.swept(world, false)).end()).isEqualTo(RegistrationStatus.COMPLETED);

        ServiceCall charge = world.calls("processPayment").get(0);
        assertThat(((ProcessPayment) charge.argument()).origin().mustAsk(charge.runId()))
                .isTrue();
    }

    @Test
    void undoThatAnEarlierRunBeganGoesOnWithItsRows() {
        paidAndProfiled();
        world.ledger().plant(RegistrationStatus.CANCELLED, PLAN);

        Run run = RIG.start(world, Inputs.swept(world, true));

        assertThat(run.end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.calls().get(0).method()).isEqualTo("beginUndo");
        assertThat(world.count("createUserProfile")).isZero();
        assertThat(world.count("findPayment")).isZero();
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
    }

    @Test
    void runThatGoesOnWithAnUndoKeepsWhatTheRowSaysOfTheSteps() {
        paidAndProfiled();
        StepReport payment = new StepReport(Step.PAYMENT, StepStatus.SUCCEEDED, 3, null, null, "tx_1");
        StepError declined = new StepError(Step.SMS, "sms_unavailable", "text");
        world.ledger().plant(RegistrationStatus.CANCELLED, PLAN, new StepHistory(List.of(payment), List.of(declined)));

        RIG.start(world, Inputs.swept(world, true)).end();

        assertThat(world.ledger().outcome().steps()).contains(payment).hasSize(5);
        assertThat(world.ledger().outcome().errors()).containsExactly(declined);
    }

    @Test
    void refusalByTheGuardTurnsToTheRowsOfTheUndo() {
        paidAndProfiled();
        world.ledger().plant(RegistrationStatus.FAILED, PLAN);
        world.always("createUserProfile", Reply.guardRefuses(world));

        Run run = RIG.start(world);

        assertThat(run.end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("createUserProfile")).as("not tried again").isOne();
        assertThat(world.count("processPayment")).isZero();
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.ledger().standing()).allMatch(row -> row.endsWith("DONE"));
    }

    @Test
    void refusalByTheGuardAtThePaymentTurnsToTheRowsOfTheUndo() {
        paidAndProfiled();
        world.ledger().plant(RegistrationStatus.FAILED, PLAN);
        world.always("processPayment", Reply.guardRefuses(world));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.count("findPayment")).isZero();
    }

    @Test
    void outcomeThatFindsAnUndoBegunTurnsToItsRows() {
        world.next("sendSms", Reply.works().after(() -> world.ledger().plant(RegistrationStatus.FAILED, PLAN)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void undoOfARegistrationThatHasEndedEndsAsTheRowSays() {
        paidAndProfiled();
        RIG.start(world).end();
        World again = world;
        assertThat(again.ledger().status()).isEqualTo(RegistrationStatus.COMPLETED);

        Run run = RIG.startAgain(again, Inputs.swept(again, true));

        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(again.standing()).isEqualTo(World.PRICE);
        assertThat(again.count("refundPayment")).isZero();
        assertThat(again.ledger().rows()).isEmpty();
    }

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
        // The outcome's local activity runs, and only then the task is lost.
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

    @Test
    void lostTaskAfterALocalChargeAndThenNoProfileRefunds() {
        RIG.lostTasks()
                .loseBefore(
                        world,
                        "SendSms",
                        () -> world.always("createUserProfile", Reply.refused())
                                .always("getUserProfile", Reply.down()));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
    }
}
