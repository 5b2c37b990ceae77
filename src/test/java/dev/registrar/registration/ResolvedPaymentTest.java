package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Step;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.PaymentResolution.Outcome;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepError;
import dev.registrar.store.StepHistory;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A registration whose payment nobody could tell goes on when its {@code resolve_payment} row closes (DESIGN 5). */
class ResolvedPaymentTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    /** What the earlier run left in the row. */
    private static final StepHistory BEFORE = new StepHistory(
            List.of(
                    new StepReport(Step.PROFILE, StepStatus.SUCCEEDED, 2, null, null, World.USER),
                    new StepReport(Step.PAYMENT, StepStatus.UNKNOWN, 5, null, null, null)),
            List.of(new StepError(Step.PAYMENT, "payment_unknown", "text")));

    private World world;

    @BeforeEach
    void profileStands() {
        world = new World();
        world.providers().plantProfile();
    }

    private RegistrationStatus goesOn(Outcome outcome, boolean cancelled) {
        boolean charged = outcome != Outcome.NOT_CHARGED;
        PaymentResolution resolution = new PaymentResolution(
                outcome,
                charged ? "tx_1" : null,
                charged ? World.PRICE : null,
                cancelled ? RegistrationStatus.CANCELLED : RegistrationStatus.FAILED);
        return RIG.start(world, Inputs.resolved(world, resolution, cancelled, BEFORE))
                .end();
    }

    @Test
    void chargedOneGoesOnToItsEndWithoutAnotherCharge() {
        world.providers().charge(World.PRICE, 1);

        assertThat(goesOn(Outcome.CHARGED, false)).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.count("processPayment")).isZero();
        assertThat(world.providers().hasAccount()).isTrue();
        assertThat(world.errorCodes()).as("what was not known is known").isEmpty();
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.PAYMENT).attempts()).isEqualTo(5);
    }

    @Test
    void chargedOneWhoseCancelWaitedIsRefunded() {
        world.providers().charge(World.PRICE, 1);

        assertThat(goesOn(Outcome.CHARGED, true)).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing()).contains("refund DONE", "delete_profile DONE");
    }

    @Test
    void oneThatWasNotChargedIsUndoneAndSaysWhy() {
        assertThat(goesOn(Outcome.NOT_CHARGED, false)).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.count("processPayment")).isZero();
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.errorCodes()).containsExactly("payment_unknown");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.FAILED);
        assertThat(world.step(Step.PROFILE).attempts()).isEqualTo(2);
    }

    @Test
    void oneThatWasGivenBackByOthersIsUndoneAndSaysWhy() {
        world.providers().charge(World.PRICE, 1);
        world.providers().refundedByOthers();

        assertThat(goesOn(Outcome.REFUNDED, false)).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.errorCodes()).containsExactly("payment_unknown");
    }
}
