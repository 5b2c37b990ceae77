package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Money;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.RegistrationStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No user is charged twice: an earlier registration with open money is attended to before the new one charges. */
class EarlierRegistrationsTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World earlier = new World();
    private final World world = new World();

    @BeforeEach
    void earlierOneFailedInDoubt() {
        earlier.always("processPayment", Reply.lostBefore());
        assertThat(RIG.start(earlier).end()).isEqualTo(RegistrationStatus.FAILED);
        Tables.shared().onRing(earlier.id(), () -> RIG.again(earlier, 2));
    }

    private RegistrationStatus register() {
        return RIG.start(world, Inputs.after(Inputs.of(world), earlier.id())).end();
    }

    private void assertCompleted() {
        assertThat(register()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(earlier.standing().isZero()).isTrue();
        assertThat(earlier.ledger().status()).isEqualTo(RegistrationStatus.FAILED);
    }

    private void assertFailedWithoutACharge() {
        assertThat(register()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("processPayment")).isZero();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(world.errorCodes()).containsExactly("payment_unavailable");
    }

    @Test
    void earlierChargeIsGivenBackBeforeTheNewOne() {
        earlier.providers().charge(World.PRICE, 1);

        assertCompleted();

        assertThat(earlier.calls("refundPayment").get(0).at())
                .isLessThanOrEqualTo(world.calls("processPayment").get(0).at());
        assertThat(earlier.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
    }

    @Test
    void earlierChargeThatNeverHappenedHoldsNobodyUp() {
        assertCompleted();

        assertThat(earlier.count("refundPayment")).isZero();
    }

    @Test
    void earlierChargeThatOthersGaveBackInPartIsGivenBackForTheRest() {
        earlier.providers().charge(World.PRICE, 1);
        earlier.providers().refundedByOthers(Money.of("9.90", "USD"));

        assertCompleted();
    }

    @Test
    void earlierChargeThatCannotBeLookedUpFailsTheNewRegistration() {
        earlier.always("findPayment", Reply.down());

        assertFailedWithoutACharge();

        assertThat(earlier.ledger().inDoubt()).isTrue();
    }

    @Test
    void earlierChargeThatIsPendingFailsTheNewRegistration() {
        FoundPayment pending = new FoundPayment(
                "tx_0", PaymentStatus.PENDING, World.PRICE, Providers.none(World.PRICE), List.of(), null, true);
        earlier.always("findPayment", Reply.answers(new PaymentLookup(List.of(pending))));

        assertFailedWithoutACharge();
    }

    @Test
    void earlierChargeThatCannotBeGivenBackFailsTheNewRegistrationAndStaysOpen() {
        earlier.providers().charge(World.PRICE, 1);
        earlier.always("refundPayment", Reply.refused());

        assertFailedWithoutACharge();

        assertThat(earlier.ledger().standing()).containsExactly("refund OPEN", "delete_profile DONE");
        assertThat(earlier.ledger().facts().attendAt()).isNotNull();
    }

    @Test
    void earlierRegistrationThatNobodyAttendsToFailsTheNewOneAfterTheLookupsPatience() {
        Tables.shared().onRing(earlier.id(), () -> {});

        assertFailedWithoutACharge();

        assertThat(world.seconds("earlierAnswer").get(world.count("earlierAnswer") - 1))
                .isBetween(480.0, 610.0);
    }

    @Test
    void nothingOfTheEarlierOneIsWrittenByTheNewOne() {
        Tables.shared().onRing(earlier.id(), () -> {});

        register();

        assertThat(earlier.ledger().row().run()).isEqualTo(1);
        assertThat(earlier.ledger().facts().commandSeq()).isEqualTo(1);
        assertThat(earlier.ledger().command(1)).isEqualTo("pending");
    }
}
