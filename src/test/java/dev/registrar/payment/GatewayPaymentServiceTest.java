package dev.registrar.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallLimit;
import dev.registrar.model.Money;
import dev.registrar.model.Origin;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.ProcessPayment;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.payment.PaymentService.RefundState;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayPaymentServiceTest {

    private static final RegistrationId ID = RegistrationId.random();
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final PaymentRequest PAYMENT = new PaymentRequest("u-1", Money.of("10", "USD"), "pm_card_ok", null);

    private static final Origin OWN = new Origin(ChargingWorkflow.OWN_RUN, 0);

    private final ScriptedGateway gateway = new ScriptedGateway();
    private final GatewayPaymentService service = new GatewayPaymentService(gateway, Clock.fixed(NOW, ZoneOffset.UTC));
    private TestWorkflowEnvironment temporal;

    @BeforeEach
    void start() {
        temporal = TestWorkflowEnvironment.newInstance();
        Worker worker = temporal.newWorker("charges");
        worker.registerWorkflowImplementationTypes(ChargingWorkflowImpl.class);
        worker.registerActivitiesImplementations(service);
        temporal.start();
    }

    @AfterEach
    void stop() {
        temporal.close();
    }

    private PaymentResult charge(boolean local, Origin origin, Instant keyExpiresAt) {
        return temporal.getWorkflowClient()
                .newWorkflowStub(
                        ChargingWorkflow.class,
                        WorkflowOptions.newBuilder().setTaskQueue("charges").build())
                .charge(local, new ProcessPayment(ID, PAYMENT, origin, keyExpiresAt));
    }

    private void assertFails(Origin origin, Instant keyExpiresAt, Class<?> type) {
        assertThatThrownBy(() -> charge(false, origin, keyExpiresAt))
                .rootCause()
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        failure -> assertThat(failure.getType()).isEqualTo(type.getName()));
    }

    @Test
    void chargeOfADurableActivityHasTheFullLimit() {
        PaymentResult result = charge(false, OWN, NOW.plusSeconds(1));

        assertThat(result.transactionId()).isEqualTo("tx_1");
        assertThat(gateway.limits).containsExactly(CallLimit.FULL);
    }

    @Test
    void chargeOfALocalActivityHasTheLocalLimit() {
        charge(true, OWN, NOW.plusSeconds(1));

        assertThat(gateway.limits).containsExactly(CallLimit.LOCAL);
    }

    @Test
    void chargeIsNeverSentOnceItsKeyIsTooOld() {
        assertFails(OWN, NOW, UnknownOutcomeException.class);

        assertThat(gateway.limits).isEmpty();
    }

    private RefundResult refund() {
        return service.refund(new RefundPayment(ID, "tx_1"));
    }

    private static FoundPayment seen(PaymentStatus status, String captured, String refunded) {
        Money price = Money.of("10", "USD");
        return new FoundPayment("tx_1", status, price, Money.of(captured, "USD"), Money.of(refunded, "USD"), null);
    }

    private static RefundResult result(RefundState state, String remainder) {
        return new RefundResult(state, Money.of(remainder, "USD"));
    }

    @Test
    void refundGivesBackAllThatWasCapturedAndLooks() {
        gateway.holds(seen(PaymentStatus.SUCCEEDED, "9.99", "0"), seen(PaymentStatus.SUCCEEDED, "9.99", "9.99"));

        assertThat(refund()).isEqualTo(result(RefundState.REFUNDED, "0"));
        assertThat(gateway.refunds).containsExactly(Money.of("9.99", "USD"));
    }

    @Test
    void refundThatIsNotSeenAfterwardsIsNotDone() {
        gateway.holds(seen(PaymentStatus.SUCCEEDED, "10", "0"), seen(PaymentStatus.SUCCEEDED, "10", "0"));

        assertThatThrownBy(this::refund).isInstanceOf(UnavailableException.class);
    }

    @Test
    void refundAsksForNothingWhereNothingIsLeftOrOthersGaveBackAPart() {
        gateway.holds(
                seen(PaymentStatus.SUCCEEDED, "10", "10"),
                seen(PaymentStatus.SUCCEEDED, "10", "4"),
                seen(PaymentStatus.DECLINED, "0", "0"));

        assertThat(refund()).isEqualTo(result(RefundState.REFUNDED, "0"));
        assertThat(refund()).isEqualTo(result(RefundState.PARTLY, "6"));
        assertThat(refund()).isEqualTo(result(RefundState.NOTHING, "0"));
        assertThat(gateway.refunds).isEmpty();
    }

    @Test
    void refundOfAPendingOrMissingPaymentIsTriedAgainLater() {
        gateway.holds(seen(PaymentStatus.PENDING, "0", "0"), null);

        assertThatThrownBy(this::refund).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(this::refund).isInstanceOf(UnavailableException.class);
        assertThat(gateway.refunds).isEmpty();
    }

    @Test
    void refundThatIsRefusedBecauseOthersWereFasterSaysWhatIsLeft() {
        gateway.refusal = new RejectedException(Step.PAYMENT, "refund_exceeds_captured", "no");
        gateway.holds(seen(PaymentStatus.SUCCEEDED, "10", "0"), seen(PaymentStatus.SUCCEEDED, "10", "4"));
        assertThat(refund()).isEqualTo(result(RefundState.PARTLY, "6"));

        gateway.holds(seen(PaymentStatus.SUCCEEDED, "10", "0"), seen(PaymentStatus.SUCCEEDED, "10", "0"));
        assertThatThrownBy(this::refund).isSameAs(gateway.refusal);
    }

    /** A gateway that answers from a script and writes down what it was asked. */
    private static final class ScriptedGateway implements PaymentGateway {

        private final List<CallLimit> limits = new ArrayList<>();
        private final List<Money> refunds = new ArrayList<>();
        private final Deque<Optional<FoundPayment>> reads = new ArrayDeque<>();
        private @Nullable RejectedException refusal;

        void holds(@Nullable FoundPayment... payments) {
            for (FoundPayment payment : payments) {
                reads.add(Optional.ofNullable(payment));
            }
        }

        @Override
        public PaymentResult charge(RegistrationId id, PaymentRequest payment, CallLimit limit) {
            limits.add(limit);
            return new PaymentResult("tx_1", PaymentStatus.SUCCEEDED, payment.amount(), NOW, null);
        }

        @Override
        public Optional<FoundPayment> find(RegistrationId id) {
            return Optional.empty();
        }

        @Override
        public Optional<FoundPayment> get(String transactionId) {
            return reads.remove();
        }

        @Override
        public void refund(RegistrationId id, String transactionId, Money amount) {
            refunds.add(amount);
            if (refusal != null) {
                throw refusal;
            }
        }
    }
}
