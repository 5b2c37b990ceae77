package dev.registrar.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.Origin;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FindPayment;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.ProcessPayment;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.payment.PaymentService.RefundState;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.payment.PaymentService.VoidPayment;
import dev.registrar.payment.PaymentService.VoidResult;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
                .charge(local, new ProcessPayment(ID, PAYMENT, origin, keyExpiresAt, null));
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
    void chargeIsNotSentLocallyToAGatewayThatNoLongerDeduplicates() {
        gateway.dedupesFor = Duration.ZERO;

        assertThatThrownBy(() -> charge(true, OWN, NOW.plusSeconds(1))).isInstanceOf(RuntimeException.class);
        assertThat(gateway.limits).isEmpty();

        charge(false, OWN, NOW.plusSeconds(1));
        assertThat(gateway.limits).containsExactly(CallLimit.FULL);
    }

    @Test
    void gatewayThatNoLongerFindsGivesNoAnswer() {
        gateway.finds = false;

        assertThatThrownBy(() -> service.findPayment(new FindPayment(ID, "u-1", null, null)))
                .isInstanceOf(UnavailableException.class);
        assertThat(gateway.order).isEmpty();
    }

    @Test
    void chargeIsNeverSentOnceItsKeyIsTooOld() {
        assertFails(OWN, NOW, UnknownOutcomeException.class);

        assertThat(gateway.limits).isEmpty();
    }

    private RefundResult refund() {
        return refund("10");
    }

    private RefundResult refund(String amount) {
        return service.refund(new RefundPayment(
                ID,
                "tx_1",
                IdempotencyKey.refund(ID),
                Money.of(amount, "USD"),
                new UndoAttempt(UUID.randomUUID(), 1, 0),
                null));
    }

    private static FoundPayment seen(PaymentStatus status, String captured, String refunded) {
        Money price = Money.of("10", "USD");
        List<FoundRefund> refunds = refunded.equals("0")
                ? List.of()
                : List.of(new FoundRefund("re_1", null, Money.of(refunded, "USD"), RefundStatus.SUCCEEDED));
        return new FoundPayment("tx_1", status, price, Money.of(captured, "USD"), refunds, null, true);
    }

    private static RefundResult result(RefundState state, String remainder) {
        return new RefundResult(state, Money.of(remainder, "USD"));
    }

    @Test
    void refundGivesBackAllThatWasCapturedAndLooks() {
        gateway.holds(seen(PaymentStatus.SUCCEEDED, "9.99", "0"), seen(PaymentStatus.SUCCEEDED, "9.99", "9.99"));

        assertThat(refund("9.99")).isEqualTo(result(RefundState.REFUNDED, "0"));
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

    private static FoundPayment refunded(FoundRefund... refunds) {
        Money price = Money.of("10", "USD");
        return new FoundPayment("tx_1", PaymentStatus.SUCCEEDED, price, price, List.of(refunds), null, true);
    }

    private static FoundRefund own(String amount, RefundStatus status) {
        return new FoundRefund("re_2", IdempotencyKey.refund(ID).value(), Money.of(amount, "USD"), status);
    }

    private static FoundRefund others(String amount, RefundStatus status) {
        return new FoundRefund("re_1", null, Money.of(amount, "USD"), status);
    }

    @Test
    void refundRequestsNothingWhileAnyRefundIsPending() {
        gateway.holds(refunded(own("10", RefundStatus.PENDING)), refunded(others("4", RefundStatus.PENDING)));

        assertThat(refund()).isEqualTo(result(RefundState.PENDING, "10"));
        assertThat(refund()).isEqualTo(result(RefundState.PENDING, "10"));
        assertThat(gateway.refunds).isEmpty();
    }

    @Test
    void refundThatTheGatewayOnlyBeganIsPendingAfterwards() {
        gateway.holds(refunded(), refunded(own("10", RefundStatus.PENDING)));

        assertThat(refund()).isEqualTo(result(RefundState.PENDING, "10"));
        assertThat(gateway.refunds).hasSize(1);
    }

    @Test
    void refundThatFailedUnderItsKeyIsNotRequestedAgain() {
        gateway.holds(refunded(own("10", RefundStatus.FAILED)));

        assertThat(refund()).isEqualTo(result(RefundState.FAILED_REFUND, "10"));
        assertThat(gateway.refunds).isEmpty();
    }

    @Test
    void refundRequestsTheAmountOfItsRowAndNeverMoreThanRemains() {
        gateway.holds(
                refunded(others("4", RefundStatus.SUCCEEDED), others("6", RefundStatus.FAILED)),
                refunded(others("4", RefundStatus.SUCCEEDED), own("6", RefundStatus.SUCCEEDED)),
                refunded(own("6", RefundStatus.SUCCEEDED)),
                refunded(others("5", RefundStatus.SUCCEEDED)));

        assertThat(refund("6")).isEqualTo(result(RefundState.REFUNDED, "0"));
        assertThat(refund("6")).as("its own refund does not cover all").isEqualTo(result(RefundState.PARTLY, "4"));
        assertThat(refund("6")).isEqualTo(result(RefundState.PARTLY, "5"));
        assertThat(gateway.refunds).containsExactly(Money.of("6", "USD"));
    }

    @Test
    void voidIsProvedByASeparateReadAndWhatStandsIsReadLast() {
        VoidPayment request = new VoidPayment(ID, "u-1", null, null);

        assertThat(service.voidPayment(request)).isEqualTo(new VoidResult(List.of(), true));
        assertThat(gateway.order).containsExactly("void", "isVoided", "find");

        gateway.voided = false;
        assertThat(service.voidPayment(request).proved())
                .as("an acknowledgement is no proof")
                .isFalse();
    }

    @Test
    void voidProvesNothingWhileAPaymentIsPendingOrTheGatewayDoesNotVoid() {
        VoidPayment request = new VoidPayment(ID, "u-1", null, null);
        gateway.holds(seen(PaymentStatus.PENDING, "0", "0"));

        assertThat(service.voidPayment(request).proved()).isFalse();

        gateway.order.clear();
        gateway.voids = false;
        assertThat(service.voidPayment(request).proved()).isFalse();
        assertThat(gateway.order).containsExactly("find");
    }

    /** A gateway that answers from a script and records its calls. */
    private static final class ScriptedGateway implements PaymentGateway {

        private final List<CallLimit> limits = new ArrayList<>();
        private final List<Money> refunds = new ArrayList<>();
        private final Deque<Optional<FoundPayment>> reads = new ArrayDeque<>();
        private final List<String> order = new ArrayList<>();
        private Duration dedupesFor = Duration.ofHours(24);
        private boolean finds = true;
        private boolean voids = true;
        private boolean voided = true;
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
        public List<FoundPayment> find(RegistrationId id, ChargeReference charge) {
            order.add("find");
            return reads.stream().flatMap(Optional::stream).toList();
        }

        @Override
        public PaymentGuarantees guarantees() {
            return new PaymentGuarantees(dedupesFor, finds, Duration.ZERO, voids);
        }

        @Override
        public ChargeReference voidCharge(RegistrationId id, ChargeReference charge) {
            order.add("void");
            return charge;
        }

        @Override
        public boolean isVoided(RegistrationId id, ChargeReference charge) {
            order.add("isVoided");
            return voided;
        }

        @Override
        public Optional<FoundPayment> get(RegistrationId id, String transactionId) {
            return reads.remove();
        }

        @Override
        public void refund(RegistrationId id, String transactionId, IdempotencyKey key, Money amount) {
            refunds.add(amount);
            if (refusal != null) {
                throw refusal;
            }
        }
    }
}
