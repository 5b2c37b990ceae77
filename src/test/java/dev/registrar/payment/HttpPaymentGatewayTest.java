package dev.registrar.payment;

import static dev.registrar.outbound.ProviderStub.answer;
import static dev.registrar.payment.PaymentService.ChargeReference.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallDetails;
import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.LocalCallContract;
import dev.registrar.outbound.ProviderStub.Request;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPaymentGatewayTest extends LocalCallContract {

    static final PaymentGuarantees GUARANTEES = new PaymentGuarantees(Duration.ofHours(24), true, Duration.ZERO, true);
    private static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");
    private static final PaymentRequest PAYMENT =
            new PaymentRequest("u-1", Money.of("4990", "USD"), "pm_card_ok", null);

    @Override
    protected Step service() {
        return Step.PAYMENT;
    }

    @Override
    protected void call(ServiceClient client, CallLimit limit) {
        new HttpPaymentGateway(client, GUARANTEES).charge(ID, PAYMENT, limit);
    }

    private HttpPaymentGateway gateway() {
        return new HttpPaymentGateway(client(), GUARANTEES);
    }

    private PaymentResult charge() {
        return gateway().charge(ID, PAYMENT, CallLimit.FULL);
    }

    private static String payment(String transactionId, String status, String amounts, String key) {
        return "{\"transactionId\":\"" + transactionId + "\",\"status\":\"" + status + "\"," + amounts
                + ",\"currency\":\"USD\",\"userId\":\"u-1\",\"reference\":\"" + ID + "\",\"idempotencyKey\":\"" + key
                + "\",\"timestamp\":\"2026-01-02T03:04:05Z\"}";
    }

    private static String ours(String transactionId, String status, String amounts) {
        return payment(transactionId, status, amounts, "charge:" + ID);
    }

    private static String items(String... items) {
        return "{\"items\":[" + String.join(",", items) + "]}";
    }

    @Test
    void chargeSendsKeyReferenceAndAnExactAmountAndOneBodyForOneKey() {
        String paid = ours("tx_1", "succeeded", "\"amount\":4990.00,\"captured\":4990,\"refunded\":0");
        provider.will(answer(201, paid), answer(201, paid));

        PaymentResult result = charge();
        charge();

        assertThat(result)
                .isEqualTo(new PaymentResult(
                        "tx_1",
                        PaymentStatus.SUCCEEDED,
                        Money.of("4990", "USD"),
                        Instant.parse("2026-01-02T03:04:05Z"),
                        null));
        Request first = provider.requests().get(0);
        assertThat(first.target()).isEqualTo("/base/payments");
        assertThat(first.headers()).containsEntry("idempotency-key", "charge:" + ID);
        assertThat(first.body())
                .isEqualTo("{\"userId\":\"u-1\",\"amount\":4990.00,\"currency\":\"USD\","
                        + "\"paymentMethod\":\"pm_card_ok\",\"description\":null,\"reference\":\"" + ID + "\"}");
        assertThat(provider.lastRequest().body()).isEqualTo(first.body());
        assertThat(outbound.ended(Step.PAYMENT, "success")).isEqualTo(2);
    }

    @Test
    void chargeSaysWhatTheGatewayTookEvenIfItIsWrong() {
        provider.will(answer(201, ours("tx_1", "succeeded", "\"amount\":4990,\"captured\":49.91,\"refunded\":0")));

        assertThat(charge().amount()).isEqualTo(Money.of("49.91", "USD"));
    }

    @Test
    void chargeMayBePending() {
        provider.will(answer(201, ours("tx_1", "pending", "\"amount\":4990,\"captured\":0,\"refunded\":0")));

        PaymentResult result = charge();

        assertThat(result.status()).isEqualTo(PaymentStatus.PENDING);
        assertThat(result.amount()).isEqualTo(Money.of("4990", "USD"));
    }

    @Test
    void declineIsAResultAndASuccessForTheBreaker() {
        provider.will(answer(402, "{\"code\":\"insufficient_funds\",\"message\":\"no\"}"), answer(402, "no"));

        assertThat(charge())
                .isEqualTo(PaymentResult.declined(
                        null, "insufficient_funds", new CallDetails(true, 402, "insufficient_funds", null)));
        assertThat(charge().declineCode()).isEqualTo("http_402");
        assertThat(outbound.ended(Step.PAYMENT, "declined")).isEqualTo(2);
        assertThat(outbound.counted()).isEqualTo(2);
        assertThat(outbound.countedAsFailed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"transactionId\":\"tx_1\",\"status\":\"succeeded\",\"amount\":-1,\"currency\":\"USD\"}",
                "{\"transactionId\":\"tx_1\",\"status\":\"succeeded\",\"amount\":1.001,\"currency\":\"USD\"}",
                "{\"transactionId\":\"tx_1\",\"status\":\"succeeded\",\"amount\":1e999999,\"currency\":\"USD\"}",
                "{\"transactionId\":\"tx_1\",\"status\":\"succeeded\",\"amount\":1,\"currency\":\"XXX\"}",
                "{\"transactionId\":\"tx_1\",\"status\":\"succeeded\",\"amount\":1}",
                "{\"transactionId\":\"tx_1\",\"status\":\"succeeded\",\"amount\":\"one\",\"currency\":\"USD\"}",
                "{\"transactionId\":\"tx_1\",\"status\":\"declined\",\"amount\":1,\"currency\":\"USD\"}",
                "{\"transactionId\":\"tx_1\",\"status\":\"done\",\"amount\":1,\"currency\":\"USD\"}",
                "{\"transactionId\":\"t x\",\"status\":\"succeeded\",\"amount\":1,\"currency\":\"USD\"}",
                "{\"status\":\"succeeded\",\"amount\":1,\"currency\":\"USD\"}",
                "{\"transactionId\":\"tx_1\",\"status\":\"succeeded\",\"amount\":1,\"currency\":\"USD\","
                        + "\"idempotencyKey\":\"charge:another\"}"
            })
    void chargeIsUnknownWhenItsAnswerDoesNotSayWhatWasTaken(String body) {
        provider.will(answer(201, body));

        assertThatThrownBy(this::charge).isInstanceOf(UnknownOutcomeException.class);
        assertThat(outbound.countedAsFailed()).isOne();
    }

    @Test
    void findAsksByKeyAndByReferenceAndShowsEachPaymentOnce() {
        String own = ours("tx_1", "succeeded", "\"amount\":1,\"captured\":1,\"refunded\":0");
        String second = payment("tx_2", "succeeded", "\"amount\":1,\"captured\":1,\"refunded\":0", "old");
        provider.will(answer(200, items(own)), answer(200, items(own, second)));

        List<FoundPayment> found = gateway().find(ID, UNKNOWN);

        assertThat(found).extracting(FoundPayment::transactionId).containsExactly("tx_1", "tx_2");
        assertThat(found).extracting(FoundPayment::ownKey).containsExactly(true, false);
        assertThat(provider.requests())
                .extracting(Request::target)
                .containsExactly("/base/payments?idempotencyKey=charge%3A" + ID, "/base/payments?reference=" + ID);
    }

    @Test
    void findIgnoresWhatIsNotOurs() {
        String foreign = "{\"transactionId\":\"tx_9\",\"idempotencyKey\":\"charge:x\",\"reference\":\"x\"}";
        provider.will(answer(200, items(foreign, "null")), answer(200, items(foreign)));

        assertThat(gateway().find(ID, UNKNOWN)).isEmpty();
    }

    @Test
    void refundsAreReadOneByOneAndOnlySucceededOnesCount() {
        provider.will(answer(
                200,
                ours(
                        "tx_1",
                        "succeeded",
                        "\"amount\":9,\"captured\":9,\"refunded\":2,\"refunds\":["
                                + "{\"id\":\"re_1\",\"idempotencyKey\":\"refund:1\",\"amount\":2,\"currency\":\"USD\","
                                + "\"status\":\"succeeded\"},"
                                + "{\"id\":\"re_2\",\"amount\":3,\"status\":\"pending\"},"
                                + "{\"id\":\"re_3\",\"amount\":4,\"status\":\"failed\"}]")));

        FoundPayment found = gateway().get(ID, "tx_1").orElseThrow();

        assertThat(found.refunds())
                .containsExactly(
                        new FoundRefund("re_1", "refund:1", Money.of("2", "USD"), RefundStatus.SUCCEEDED),
                        new FoundRefund("re_2", null, Money.of("3", "USD"), RefundStatus.PENDING),
                        new FoundRefund("re_3", null, Money.of("4", "USD"), RefundStatus.FAILED));
        assertThat(found.remainder()).isEqualTo(Money.of("7", "USD"));
        assertThat(found.pendingRefund()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"re_1\",\"amount\":2,\"status\":\"reversed\"}",
                "{\"id\":\"re_1\",\"amount\":2}",
                "{\"id\":\"re_1\",\"amount\":2,\"currency\":\"EUR\",\"status\":\"succeeded\"}",
                "{\"id\":\"re_1\",\"amount\":1,\"status\":\"succeeded\"}",
                "null"
            })
    void paymentWithARefundThatIsNotUnderstoodIsNoAnswer(String refund) {
        provider.will(answer(
                200,
                ours("tx_1", "succeeded", "\"amount\":9,\"captured\":9,\"refunded\":2,\"refunds\":[" + refund + "]")));

        assertThatThrownBy(() -> gateway().get(ID, "tx_1")).isInstanceOf(UnavailableException.class);
    }

    @Test
    void voidSendsTheKeyOfTheChargeAndIsSeenInASearchByIt() {
        provider.will(
                answer(200, items()),
                answer(200, "{\"items\":[],\"voided\":true}"),
                answer(200, items()),
                answer(200, "{\"voided\":true}"));

        gateway().voidCharge(ID, UNKNOWN);

        assertThat(provider.lastRequest().target()).isEqualTo("/base/payments/void");
        assertThat(provider.lastRequest().body()).isEqualTo("{\"idempotencyKey\":\"charge:" + ID + "\"}");
        assertThat(gateway().isVoided(ID, UNKNOWN)).isTrue();
        assertThat(gateway().isVoided(ID, UNKNOWN)).isFalse();
        assertThat(gateway().isVoided(ID, UNKNOWN))
                .as("not the answer of a search")
                .isFalse();
    }

    @Test
    void findIsUnavailableWhenOneOfOursCannotBeRead() {
        provider.will(answer(200, items(ours("tx_1", "succeeded", "\"amount\":1"))), answer(404, "{}"));

        assertThatThrownBy(() -> gateway().find(ID, UNKNOWN)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void getReadsOnePayment() {
        provider.will(
                answer(200, ours("tx/1", "succeeded", "\"amount\":2,\"captured\":2,\"refunded\":0.50")),
                answer(404, "{\"code\":\"not_found\"}"),
                answer(200, ours("tx_2", "succeeded", "\"amount\":2,\"captured\":2,\"refunded\":0")),
                answer(200, ours("tx/1", "succeeded", "\"amount\":2,\"captured\":2,\"refunded\":3")));

        FoundPayment found = gateway().get(ID, "tx/1").orElseThrow();

        assertThat(found.captured()).isEqualTo(Money.of("2", "USD"));
        assertThat(found.refunded()).isEqualTo(Money.of("0.5", "USD"));
        assertThat(provider.lastRequest().target()).isEqualTo("/base/payments/tx%2F1");
        assertThat(gateway().get(ID, "tx/1")).isEmpty();
        assertThatThrownBy(() -> gateway().get(ID, "tx/1")).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> gateway().get(ID, "tx/1")).isInstanceOf(UnavailableException.class);
    }

    @Test
    void refundSendsItsOwnKey() {
        provider.will(answer(201, "{\"refundId\":\"re_1\",\"transactionId\":\"tx_1\"}"));

        gateway().refund(ID, "tx_1", IdempotencyKey.refund(ID), Money.of("49.9", "USD"));

        assertThat(provider.lastRequest().target()).isEqualTo("/base/payments/tx_1/refunds");
        assertThat(provider.lastRequest().headers()).containsEntry("idempotency-key", "refund:" + ID);
        assertThat(provider.lastRequest().body())
                .isEqualTo("{\"amount\":49.90,\"currency\":\"USD\",\"reference\":\"" + ID + "\"}");
    }

    @Test
    void openBreakerOfChargesLetsRefundsAndReadsThrough() {
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(this::charge).isInstanceOf(UnknownOutcomeException.class);
        }
        assertThatThrownBy(this::charge).isInstanceOf(UnavailableException.class);
        provider.will(answer(201, "{\"transactionId\":\"tx_1\"}"), answer(404, "{}"));

        gateway().refund(ID, "tx_1", IdempotencyKey.refund(ID), Money.of("49.9", "USD"));

        assertThat(gateway().get(ID, "tx_1")).isEmpty();
    }
}
