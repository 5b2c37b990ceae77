package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.reconcile.FakeProviders.Call;
import dev.registrar.reconcile.RepairRig;
import dev.registrar.store.EarlierCharge;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RequestData;
import io.temporal.client.WorkflowClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody is charged twice: the charge of an earlier registration that turned up late is given back before the new one. */
class LateChargeEarlierTest {

    @RegisterExtension
    static final RepairRig RIG = new RepairRig();

    private RegistrationId failed() {
        return RIG.ended("u-1", RegistrationStatus.FAILED);
    }

    /** Registers the user again and waits for the end. */
    private RegistrationId registerAgain(RegistrationId old) {
        RegistrationId id = RIG.registered("u-1");
        RequestData request = RIG.registrations().request(id).orElseThrow();
        Policies policies = new Policies(
                RepairRig.POLICY,
                RepairRig.POLICY,
                RepairRig.POLICY,
                RepairRig.POLICY,
                RepairRig.POLICY,
                RepairRig.POLICY,
                RepairRig.POLICY,
                Duration.ofSeconds(30),
                RepairRig.SETTLE,
                List.of(),
                null);
        RegistrationInput input = new RegistrationInput(
                id,
                request.userProfile(),
                request.payment(),
                policies,
                RIG.now().plus(Duration.ofHours(20)),
                "welcome-email-1",
                "welcome-sms-1",
                0,
                false,
                false,
                null,
                List.of(new EarlierCharge(old)),
                null);
        RegistrationWorkflow workflow = RIG.client()
                .newWorkflowStub(
                        RegistrationWorkflow.class,
                        RIG.engine()
                                .options()
                                .get()
                                .setWorkflowId(id.toString())
                                .build());
        WorkflowClient.start(workflow::register, input);
        RIG.client().newUntypedWorkflowStub(id.toString()).getResult(RegistrationResult.class);
        return id;
    }

    private static List<String> money() {
        return RIG.providers().calls().stream()
                .map(Call::what)
                .filter(what -> what.startsWith("refundPayment") || what.startsWith("processPayment"))
                .toList();
    }

    private static FoundPayment payment(RegistrationId id) {
        return Objects.requireNonNull(RIG.providers().payment(id));
    }

    private void assertFailedWithoutACharge(RegistrationId id) {
        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.FAILED);
        assertThat(RIG.providers().order("processPayment")).isEmpty();
        assertThat(RIG.providers().profile("u-1")).isNull();
        assertThat(RIG.rows(id)).containsExactly("delete_profile DONE");
        assertThat(RIG.registration(id).errors())
                .extracting(error -> error.code())
                .containsExactly("payment_unavailable");
    }

    @Test
    void earlierChargeThatStandsIsGivenBackBeforeTheNewOne() {
        RegistrationId old = failed();
        RIG.providers().holdsCharge(old, RepairRig.PRICE);

        RegistrationId id = registerAgain(old);

        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(money()).containsExactly("refundPayment " + old, "processPayment " + id);
        assertThat(payment(old).refunded()).isEqualTo(RepairRig.PRICE);
        assertThat(payment(id).refunded().isZero()).isTrue();
        assertThat(RIG.rows(old)).containsExactly("refund DONE");
        assertThat(RIG.status(old)).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void earlierChargeThatNeverHappenedHoldsNobodyUp() {
        RegistrationId old = failed();

        RegistrationId id = registerAgain(old);

        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(money()).containsExactly("processPayment " + id);
        assertThat(RIG.rows(old)).isEmpty();
    }

    @Test
    void earlierChargeThatWasRefundedIsLeftAlone() {
        RegistrationId old = failed();
        RIG.providers().holdsPayment(old, PaymentStatus.SUCCEEDED, RepairRig.PRICE, RepairRig.PRICE);

        RegistrationId id = registerAgain(old);

        assertThat(RIG.status(id)).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(money()).containsExactly("processPayment " + id);
    }

    @Test
    void earlierChargeThatCannotBeLookedUpFailsTheNewRegistration() {
        RegistrationId old = failed();
        RIG.providers().breaks("findPayment " + old);

        assertFailedWithoutACharge(registerAgain(old));

        assertThat(RIG.rows(old)).isEmpty();
    }

    @Test
    void gatewayThatIsDownFailsTheNewRegistrationToo() {
        RegistrationId old = failed();
        RIG.providers().breaks("findPayment");

        assertFailedWithoutACharge(registerAgain(old));
    }

    @Test
    void earlierChargeThatIsPendingFailsTheNewRegistration() {
        RegistrationId old = failed();
        RIG.providers()
                .holdsPayment(
                        old,
                        PaymentStatus.PENDING,
                        RepairRig.PRICE.minus(RepairRig.PRICE),
                        RepairRig.PRICE.minus(RepairRig.PRICE));

        assertFailedWithoutACharge(registerAgain(old));
    }

    @Test
    void earlierChargeThatCannotBeGivenBackFailsTheNewRegistrationAndStaysOpen() {
        RegistrationId old = failed();
        RIG.providers().holdsCharge(old, RepairRig.PRICE);
        RIG.providers().breaks("refundPayment");

        assertFailedWithoutACharge(registerAgain(old));

        assertThat(RIG.rows(old)).containsExactly("refund OPEN");
        assertThat(RIG.ledger().openWork().atRisk()).containsExactly(RepairRig.PRICE);
    }

    @Test
    void earlierChargeThatOthersGaveBackInPartFailsTheNewRegistrationWithTheRestAtRisk() {
        RegistrationId old = failed();
        RIG.providers().holdsPayment(old, PaymentStatus.SUCCEEDED, RepairRig.PRICE, Money.of("9.90", "USD"));

        assertFailedWithoutACharge(registerAgain(old));

        assertThat(RIG.row(old, UndoAction.REFUND).amount()).isEqualTo(Money.of("40.00", "USD"));
        assertThat(RIG.rows(old)).containsExactly("refund OPEN");
    }
}
