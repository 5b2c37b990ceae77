package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.ProcessPayment;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepError;
import dev.registrar.store.StepHistory;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Later runs: they claim the registration and continue from its row. */
class LaterRunTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    /** All steps succeeded, and the undo has begun. */
    private void undoBegun(RegistrationStatus intendedEnd, @Nullable StepHistory before) {
        world.providers().charge(World.PRICE, 1);
        world.providers().plantProfile();
        world.providers().saveAccount();
        world.ledger().plant(intendedEnd, plan(), before);
    }

    private List<PlannedUndo> plan() {
        return List.of(
                new PlannedUndo(UndoAction.REFUND, Providers.TRANSACTION, "refund:" + world.id(), World.PRICE),
                PlannedUndo.of(UndoAction.DELETE_ACCOUNT, world.user()),
                PlannedUndo.of(UndoAction.DELETE_PROFILE, world.user()));
    }

    private void assertAllUndone() {
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
    }

    @Test
    void laterRunClaimsFirstAndTellsItsActivitiesToAskTheGuard() {
        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.calls().get(0).method()).isEqualTo("claim");
        ServiceCall charge = world.calls("processPayment").get(0);
        assertThat(((ProcessPayment) charge.argument()).origin().mustAsk(charge.runId()))
                .isTrue();
        assertThat(world.ledger().guarded()).as("profile, payment, account").isEqualTo(3);
        assertThat(world.ledger().row().run()).isEqualTo(2);
    }

    @Test
    void undoThatAnEarlierRunBeganGoesOnWithItsRows() {
        undoBegun(RegistrationStatus.CANCELLED, null);

        Run run = RIG.again(world, 2);

        assertThat(run.end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.count("createUserProfile")).isZero();
        assertThat(world.count("findPayment")).isZero();
        assertThat(world.count("beginUndo")).isZero();
        assertAllUndone();
    }

    @Test
    void laterRunTriesAnUndoThreeTimesAndLeavesTheRestToTheNext() {
        undoBegun(RegistrationStatus.CANCELLED, null);
        world.always("refundPayment", Reply.down());

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.count("refundPayment")).isEqualTo(3);
        assertThat(world.ledger().facts().attendAt()).as("tried again later").isNotNull();

        world.always("refundPayment", Reply.works());
        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertAllUndone();
        assertThat(world.ledger().facts().attendAt())
                .as("the refund is watched")
                .isNotNull();
    }

    @Test
    void laterRunDoesNotWaitForAnOpenBreaker() {
        undoBegun(RegistrationStatus.CANCELLED, null);
        world.always("refundPayment", Reply.breakerOpen(Duration.ofSeconds(30)));

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.count("refundPayment")).isOne();
        assertThat(world.ledger().standing()).startsWith("refund OPEN");
    }

    @Test
    void runThatGoesOnWithAnUndoKeepsWhatTheRowSaysOfTheSteps() {
        StepReport payment = new StepReport(Step.PAYMENT, StepStatus.SUCCEEDED, 3, null, null, "tx_1");
        StepError declined = new StepError(Step.SMS, "sms_unavailable", "text");
        undoBegun(RegistrationStatus.CANCELLED, new StepHistory(List.of(payment), List.of(declined)));

        RIG.again(world, 2).end();

        assertThat(world.steps()).containsExactly(payment);
        assertThat(world.ledger().row().errors()).containsExactly(declined);
    }

    @Test
    void refusalByTheGuardTurnsToTheRowsOfTheUndo() {
        undoBegun(RegistrationStatus.FAILED, null);

        Run run = RIG.start(world, Inputs.of(world, Mode.DURABLE));

        assertThat(run.end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.ledger().guarded()).as("not tried again").isOne();
        assertThat(world.count("createUserProfile")).as("refused before").isZero();
        assertThat(world.count("processPayment")).isZero();
        assertAllUndone();
    }

    @Test
    void refusalByTheGuardAtThePaymentTurnsToTheRowsOfTheUndo() {
        undoBegun(RegistrationStatus.FAILED, null);
        world.always("processPayment", Reply.guardRefuses(world));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("findPayment")).isZero();
        assertAllUndone();
    }

    @Test
    void outcomeThatFindsAnUndoBegunTurnsToItsRows() {
        world.next("sendSms", Reply.works().after(() -> world.ledger().plant(RegistrationStatus.FAILED, plan())));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertAllUndone();
    }

    @Test
    void laterRunOfARegistrationThatHasEndedChangesNothing() {
        RIG.start(world).end();

        Run run = RIG.again(world, 2);

        assertThat(run.end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.ledger().rows()).isEmpty();
        assertThat(world.ledger().facts().attendAt()).isNull();
    }

    @Test
    void runThatWasOvertakenEndsWithoutWriting() {
        world.next("sendSms", Reply.works().after(() -> world.ledger().overtakenBy(2)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.RUNNING);

        assertThat(world.ledger().status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(world.count("rest")).isZero();
        assertThat(world.ledger().rows()).isEmpty();
    }

    @Test
    void runThatWasOvertakenSendsNoUndoAnyMore() {
        undoBegun(RegistrationStatus.CANCELLED, null);
        world.next("refundPayment", Reply.down().after(() -> world.ledger().overtakenBy(3)));

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.RUNNING);

        assertThat(world.count("refundPayment"))
                .as("the guard refuses the second")
                .isOne();
        assertThat(world.count("leaveOpen")).isZero();
        assertThat(world.ledger().status()).isEqualTo(RegistrationStatus.COMPENSATING);
    }

    @Test
    void runThatIsOlderThanTheRowEndsAtOnce() {
        world.ledger().overtakenBy(3);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.RUNNING);

        assertThat(world.calls()).hasSize(1);
    }

    @Test
    void erasedRequestDoesNotKeepAnUndoFromBeingDone() {
        undoBegun(RegistrationStatus.FAILED, null);

        assertThat(RIG.start(world, Inputs.erased(world)).end()).isEqualTo(RegistrationStatus.FAILED);

        assertAllUndone();
    }

    private static final PaymentGuarantees NO_KEYS = new PaymentGuarantees(Duration.ZERO, true, Duration.ZERO, false);

    @Test
    void laterRunAsksAGatewayThatDoesNotDeduplicateBeforeItCharges() {
        world.providers().charge(World.PRICE, 1);

        RegistrationStatus end = RIG.start(world, Inputs.withGateway(Inputs.again(world, 2), NO_KEYS))
                .end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("processPayment")).isZero();
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @Test
    void laterRunChargesAtSuchAGatewayOnceTwoLookupsHaveFoundNothing() {
        RegistrationStatus end = RIG.start(world, Inputs.withGateway(Inputs.again(world, 2), NO_KEYS))
                .end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.order("findPayment", "processPayment"))
                .containsExactly("findPayment", "findPayment", "processPayment");
    }
}
