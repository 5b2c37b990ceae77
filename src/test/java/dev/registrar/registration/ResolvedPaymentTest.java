package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Step;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.PaymentResolution.Outcome;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Registrations that go on after somebody found out what became of their payment: none of them charges again. */
class ResolvedPaymentTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private World world = new World();

    @BeforeEach
    void profileThatStayed() {
        world = new World();
        world.providers().plantProfile();
    }

    private Run goesOn(Outcome outcome, boolean cancelRequested) {
        PaymentResolution resolution = new PaymentResolution(
                outcome,
                outcome == Outcome.NOT_CHARGED ? null : Providers.TRANSACTION,
                outcome == Outcome.CHARGED ? World.PRICE : null,
                RegistrationStatus.FAILED);
        return RIG.start(world, Inputs.resolved(world, resolution, cancelRequested));
    }

    private void assertNobodyAskedTheGateway() {
        assertThat(world.order("processPayment", "findPayment")).isEmpty();
    }

    @Test
    void chargedPaymentGoesOnFromThePayment() {
        world.providers().charge(World.PRICE, 1);

        assertThat(goesOn(Outcome.CHARGED, false).end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertNobodyAskedTheGateway();
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.providers().hasAccount()).isTrue();
        assertThat(world.providers().messages()).hasSize(2);
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.PAYMENT).reference()).isEqualTo(Providers.TRANSACTION);
    }

    @Test
    void chargedPaymentIsRefundedWhereACancelWaited() {
        world.providers().charge(World.PRICE, 1);

        assertThat(goesOn(Outcome.CHARGED, true).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertNobodyAskedTheGateway();
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
        assertThat(world.ledger().rows().get(0).amount()).isEqualTo(World.PRICE);
    }

    @Test
    void paymentThatWasNotChargedIsUndoneAndMayStillTurnUp() {
        assertThat(goesOn(Outcome.NOT_CHARGED, false).end()).isEqualTo(RegistrationStatus.FAILED);

        assertNobodyAskedTheGateway();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(world.ledger().chargeInDoubt()).as("on watch").isTrue();
    }

    @Test
    void paymentThatOthersGaveBackIsUndoneWithoutARefund() {
        world.providers().charge(World.PRICE, 1);
        world.providers().refundedByOthers();

        assertThat(goesOn(Outcome.REFUNDED, false).end()).isEqualTo(RegistrationStatus.FAILED);

        assertNobodyAskedTheGateway();
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().chargeInDoubt()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHARGED")
    void cancelThatWaitedDecidesTheEndOfWhatIsUndone(Outcome outcome) {
        assertThat(goesOn(outcome, true).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertNobodyAskedTheGateway();
        assertThat(world.providers().hasProfile()).isFalse();
    }
}
