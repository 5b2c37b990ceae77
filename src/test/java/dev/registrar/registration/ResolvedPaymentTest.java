package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.registrar.compensation.UndoAction;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.CallDetails;
import dev.registrar.model.Step;
import dev.registrar.store.PaymentResolution.Outcome;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A registration whose payment is unknown continues, or is undone, once the payment is resolved. */
class ResolvedPaymentTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    /** Loses the charge, and makes the gateway unavailable. */
    private void unknown(boolean charged) {
        world.always("processPayment", charged ? Reply.lostAfter() : Reply.lostBefore());
        world.always("findPayment", Reply.down());
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
        assertThat(world.providers().hasProfile()).as("the profile stays").isTrue();
    }

    private int says(Outcome outcome, boolean force) {
        return world.ledger().resolve(UndoAction.RESOLVE_PAYMENT, outcome, force);
    }

    private int lookups() {
        return world.count("findPayment");
    }

    private void assertWentOn(RegistrationStatus end, int charges) {
        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("processPayment")).as("not charged again").isEqualTo(charges);
        assertThat(world.providers().hasAccount()).isTrue();
        assertThat(world.errorCodes()).as("what was not known is known").isEmpty();
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.PAYMENT).attempts()).isEqualTo(5);
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    private void assertUndone(RegistrationStatus end, int charges) {
        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("processPayment")).isEqualTo(charges);
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.errorCodes()).contains("payment_unknown");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.FAILED);
    }

    @Test
    void laterRunThatFindsTheChargeGoesOnWithoutAnotherOne() {
        unknown(true);
        world.always("findPayment", Reply.works());
        int charges = world.count("processPayment");

        RegistrationStatus end = RIG.again(world, 2).end();

        assertWentOn(end, charges);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment DONE");
    }

    @Test
    void laterRunThatProvesAnAbsenceUndoes() {
        unknown(false);
        world.always("findPayment", Reply.works());
        int charges = world.count("processPayment");

        RegistrationStatus end = RIG.again(world, 2).end();

        assertUndone(end, charges);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment DONE", "delete_profile DONE");
    }

    @Test
    void laterRunWithoutAnAnswerLeavesTheRowOpen() {
        unknown(true);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
        assertThat(world.ledger().facts().attendAt()).isNotNull();
    }

    @Test
    void failedLookupsAreAttemptsOfTheRow() {
        unknown(true);
        assertThat(world.ledger().row(UndoAction.RESOLVE_PAYMENT).attempts())
                .as("the step's own lookups are not")
                .isZero();
        world.next("findPayment", Reply.down().met(CallDetails.noAnswer("connect_failed")));
        world.always("findPayment", Reply.down().met(new CallDetails(true, 429, "rate_limit", "req_7")));
        int before = lookups();

        RIG.again(world, 2).end();

        int made = lookups() - before;
        assertThat(world.ledger().row(UndoAction.RESOLVE_PAYMENT).attempts()).isEqualTo(made);
        assertThat(world.ledger().failures(UndoAction.RESOLVE_PAYMENT))
                .hasSize(made)
                .extracting(AttemptFailure::attempt, AttemptFailure::outcome, AttemptFailure::requestId)
                .startsWith(tuple(1, AttemptFailure.Outcome.NOT_SENT, null))
                .endsWith(tuple(made, AttemptFailure.Outcome.SENT, "req_7"));
    }

    @Test
    void lookupThatIsAnsweredAtTheThirdAttemptKeepsTheTwoBefore() {
        unknown(true);
        Reply down = Reply.down().met(CallDetails.noAnswer("connect_failed"));
        world.next("findPayment", down, down);
        world.always("findPayment", Reply.works());

        RIG.again(world, 2).end();

        assertThat(world.ledger().standing()).containsExactly("resolve_payment DONE");
        assertThat(world.ledger().row(UndoAction.RESOLVE_PAYMENT).attempts()).isEqualTo(3);
        assertThat(world.ledger().failures(UndoAction.RESOLVE_PAYMENT))
                .extracting(AttemptFailure::attempt, AttemptFailure::code)
                .containsExactly(tuple(1, "connect_failed"), tuple(2, "connect_failed"));
    }

    @Test
    void operatorWhoSaysChargedMakesItGoOn() {
        unknown(true);
        world.always("findPayment", Reply.works());
        int charges = world.count("processPayment");
        int before = lookups();
        int command = says(Outcome.CHARGED, false);

        RegistrationStatus end = RIG.again(world, 2).end();

        assertWentOn(end, charges);
        assertThat(lookups()).as("the gateway was asked once").isEqualTo(before + 1);
        assertThat(world.ledger().command(command)).isEqualTo("applied");
        assertThat(world.ledger().standing()).containsExactly("resolve_payment RESOLVED");
    }

    @Test
    void operatorWhoSaysNotChargedMakesItUndo() {
        unknown(false);
        world.always("findPayment", Reply.works());
        int charges = world.count("processPayment");
        int command = says(Outcome.NOT_CHARGED, false);

        RegistrationStatus end = RIG.again(world, 2).end();

        assertUndone(end, charges);
        assertThat(world.ledger().command(command)).isEqualTo("applied");
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void gatewayThatDoesNotAnswerContradictsNobody(Outcome outcome) {
        unknown(outcome == Outcome.CHARGED);
        int command = says(outcome, false);

        RegistrationStatus end = RIG.again(world, 2).end();

        assertThat(end)
                .isEqualTo(outcome == Outcome.CHARGED ? RegistrationStatus.COMPLETED : RegistrationStatus.FAILED);
        assertThat(world.ledger().command(command)).isEqualTo("applied");
    }

    @Test
    void operatorWhoIsContradictedClosesNothing() {
        unknown(true);
        world.next("findPayment", Reply.works());
        int command = says(Outcome.NOT_CHARGED, false);

        RegistrationStatus end = RIG.again(world, 2).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().command(command)).isEqualTo("contradicted");
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.providers().hasProfile()).isTrue();
    }

    @Test
    void operatorWhoInsistsIsNotHeldAgainstTheGateway() {
        unknown(true);
        world.always("findPayment", Reply.works());
        int charges = world.count("processPayment");
        int before = lookups();
        int command = says(Outcome.REFUNDED, true);

        RegistrationStatus end = RIG.again(world, 2).end();

        assertUndone(end, charges);
        assertThat(lookups()).isEqualTo(before);
        assertThat(world.ledger().command(command)).isEqualTo("applied");
    }

    @Test
    void paymentThatWasGivenBackByOthersIsUndoneAndSaysWhy() {
        unknown(true);
        world.providers().refundedByOthers();
        world.always("findPayment", Reply.works());
        int charges = world.count("processPayment");
        says(Outcome.REFUNDED, false);

        RegistrationStatus end = RIG.again(world, 2).end();

        assertUndone(end, charges);
    }

    @Test
    void chargedOneWhoseCancelWaitedIsRefunded() {
        unknown(true);
        world.always("findPayment", Reply.works());
        world.ledger().requestCancel();
        says(Outcome.CHARGED, false);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing()).contains("refund DONE", "delete_profile DONE");
    }

    @Test
    void wordOfAnOperatorNamesNoPaymentAtTheGateway() {
        unknown(true);
        world.always("findPayment", Reply.works()).next("findPayment", Reply.down());
        world.ledger().requestCancel();
        says(Outcome.CHARGED, false);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.standing().isZero())
                .as("what the gateway showed was given back")
                .isTrue();
        assertThat(world.ledger().row(UndoAction.REFUND).reference()).isEqualTo(Providers.TRANSACTION);
        assertThat(world.ledger().standing()).contains("refund DONE", "delete_profile DONE");
    }

    @Test
    void cancelOfAnUnknownPaymentWaitsUntilItIsKnown() {
        unknown(true);
        world.ledger().requestCancel();

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().row().intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");

        world.always("findPayment", Reply.works());
        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void secondWordAboutAClosedRowHasNoEffect() {
        unknown(true);
        world.always("findPayment", Reply.works());
        var payload = world.ledger().word(UndoAction.RESOLVE_PAYMENT, Outcome.CHARGED, false);
        RIG.again(world, 2).end();

        int command = world.ledger().says(payload);

        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.ledger().command(command)).isEqualTo("already_closed");
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }
}
