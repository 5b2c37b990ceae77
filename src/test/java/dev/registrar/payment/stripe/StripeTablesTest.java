package dev.registrar.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallException;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.RejectedException;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.payment.stripe.StripeIntent.IntentStatus;
import dev.registrar.payment.stripe.StripeServer.Call;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every value that Stripe documents and its meaning here; values missing from the tables are unknown and counted. */
class StripeTablesTest {

    private StripeFixture with;

    @BeforeEach
    void start() throws IOException {
        with = new StripeFixture();
    }

    @AfterEach
    void stop() {
        with.close();
    }

    @ParameterizedTest
    @CsvSource({
        "succeeded, SUCCEEDED, SUCCEEDED",
        "processing, PENDING, PENDING",
        "requires_capture, PENDING, PENDING",
        "requires_action, DECLINED, PENDING",
        "requires_payment_method, DECLINED, none",
        "requires_confirmation, UnknownOutcomeException, none",
        "canceled, UnknownOutcomeException, CANCELLED",
        "requires_source, UnknownOutcomeException, UnavailableException"
    })
    void statusOfAnIntent(String status, String confirmed, String found) {
        assertThat(List.of(IntentStatus.values())).hasSize(7);
        with.stripe.change(Call.CONFIRM, intent -> {
            with.stripe.become(intent.path("id").asText(), status);
            intent.put("status", status);
        });

        // A declined intent is cancelled, so look it up first.
        String lookup = status.equals("requires_action") || status.equals("requires_payment_method") ? found : null;
        assertThat(outcome(() -> with.charge().status().name())).isEqualTo(confirmed);
        if (lookup == null) {
            assertThat(outcome(this::found)).isEqualTo(found);
        } else {
            with.stripe.become(with.stripe.ids().get(0), status);
            assertThat(outcome(this::found)).isEqualTo(lookup);
        }
        boolean listed = !status.equals("requires_source");
        assertThat(with.outbound.unlisted("status") > 0).isEqualTo(!listed);
    }

    private String found() {
        List<FoundPayment> found = with.gateway.find(with.id, with.lost("pm_ok"));
        return found.isEmpty() ? "none" : found.get(0).status().name();
    }

    @ParameterizedTest
    @CsvSource({
        "succeeded, SUCCEEDED",
        "pending, PENDING",
        "requires_action, PENDING",
        "failed, FAILED",
        "canceled, FAILED"
    })
    void statusOfARefund(String status, RefundStatus meaning) {
        with.stripe.refundsBecome(status);
        String intent = with.chargedIntent();

        with.gateway.refund(with.id, intent, IdempotencyKey.refund(with.id), Money.of("1", "USD"));

        assertThat(with.gateway.get(with.id, intent).orElseThrow().refunds())
                .extracting(refund -> refund.status())
                .containsExactly(meaning);
    }

    @Test
    void unlistedStatusOfARefundIsUnknownAndCounted() {
        with.stripe.refundsBecome("reversed");
        String intent = with.chargedIntent();

        assertThat(outcome(() -> {
                    with.gateway.refund(with.id, intent, IdempotencyKey.refund(with.id), Money.of("1", "USD"));
                    return "accepted";
                }))
                .isEqualTo("UnknownOutcomeException");
        assertThat(outcome(() ->
                        with.gateway.get(with.id, intent).orElseThrow().status().name()))
                .isEqualTo("UnavailableException");
        assertThat(with.outbound.unlisted("status")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, parameter_missing, RejectedException, ''",
        "400, idempotency_error, , RejectedException, ''",
        "400, card_error, expired_card, RejectedException, ''",
        "400, api_error, , UnknownOutcomeException, ''",
        "400, surprise_error, , UnknownOutcomeException, error",
        "400, , , UnknownOutcomeException, error",
        "401, invalid_request_error, , UnavailableException, ''",
        "402, card_error, card_declined, DECLINED, ''",
        "402, invalid_request_error, payment_intent_payment_attempt_failed, DECLINED, ''",
        "402, api_error, , UnknownOutcomeException, error",
        "402, surprise_error, , UnknownOutcomeException, error",
        "403, invalid_request_error, , UnavailableException, ''",
        "404, invalid_request_error, resource_missing, UnavailableException, ''",
        "409, invalid_request_error, idempotency_key_in_use, UnknownOutcomeException, ''",
        "409, invalid_request_error, , UnknownOutcomeException, ''",
        "424, api_error, , UnknownOutcomeException, ''",
        "429, invalid_request_error, rate_limit, UnavailableException, ''",
        "429, invalid_request_error, lock_timeout, UnavailableException, ''",
        "500, api_error, , UnknownOutcomeException, ''",
        "502, , , UnknownOutcomeException, ''",
        "503, , , UnknownOutcomeException, ''",
        "504, , , UnknownOutcomeException, ''",
        "405, , , UnavailableException, ''",
        "407, , , UnavailableException, ''",
        "408, , , UnknownOutcomeException, ''",
        "425, , , UnavailableException, ''",
        "302, , , UnknownOutcomeException, http_status",
        "410, invalid_request_error, , UnknownOutcomeException, http_status",
        "418, invalid_request_error, , UnknownOutcomeException, http_status",
        "422, invalid_request_error, , UnknownOutcomeException, http_status",
        "599, api_error, , UnknownOutcomeException, http_status"
    })
    void errorOfAConfirmation(int status, String type, String code, String meaning, String counted) throws IOException {
        String error = (type == null ? "" : "\"type\":\"" + type + "\",")
                + (code == null ? "" : "\"code\":\"" + code + "\",") + "\"message\":\"no\"";
        with.stripe.answer(Call.CONFIRM, status, "{\"error\":{" + error + "}}");

        assertThat(outcome(() -> with.charge().status().name())).isEqualTo(meaning);
        assertThat(with.outbound.unlisted("error")).isEqualTo(counted.equals("error") ? 1 : 0);
        assertThat(with.outbound.unlisted("http_status")).isEqualTo(counted.equals("http_status") ? 1 : 0);
    }

    @Test
    void rejectionCarriesStripesCode() throws IOException {
        with.stripe.answer(
                Call.CREATE, 400, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"amount_too_small\"}}");

        assertThatThrownBy(with::charge)
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.providerCode()).isEqualTo("amount_too_small"));
    }

    @Test
    void missingIntentIsOnlyStripesOwn404() throws IOException {
        with.stripe.answer(Call.GET, 404, "{\"message\":\"no such page\"}");

        assertThat(outcome(() -> "" + with.gateway.get(with.id, "pi_1"))).isEqualTo("UnavailableException");
    }

    @ParameterizedTest
    @CsvSource({
        "USD, 49.90, 4990",
        "EUR, 0.01, 1",
        "GBP, 0.30, 30",
        "HUF, 100, 10000",
        "TWD, 8, 800",
        "BIF, 5, 5",
        "CLP, 5, 5",
        "DJF, 5, 5",
        "GNF, 5, 5",
        "JPY, 500, 500",
        "KMF, 5, 5",
        "KRW, 5, 5",
        "MGA, 5, 5",
        "PYG, 5, 5",
        "RWF, 5, 5",
        "VND, 5, 5",
        "VUV, 5, 5",
        "XAF, 5, 5",
        "XOF, 5, 5",
        "XPF, 5, 5",
        "ISK, 5, 500",
        "UGX, 5, 500",
        "BHD, 5.120, 5120",
        "JOD, 5.12, 5120",
        "KWD, 5, 5000",
        "OMR, 0.010, 10",
        "TND, 5.990, 5990"
    })
    void amountInStripesMinorUnit(String currency, String amount, long minor) throws Exception {
        Money money = Money.of(amount, currency);

        assertThat(StripeAmounts.minorUnits(money)).isEqualTo(minor);
        assertThat(StripeAmounts.money(BigDecimal.valueOf(minor), StripeAmounts.currency(money)))
                .isEqualTo(money);
    }

    @ParameterizedTest
    @CsvSource({"BHD, 5.124", "JOD, 0.001", "KWD, 1.111", "MGA, 5.50", "IQD, 1.001"})
    void amountThatWouldHaveToBeRoundedIsRefused(String currency, String amount) {
        assertThatThrownBy(() -> StripeAmounts.minorUnits(Money.of(amount, currency)))
                .isInstanceOf(RejectedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"150 isk", "-1 usd", "1.5 usd", "1 zzz", "1e400 usd"})
    void amountThatIsNoneOfItsCurrencyIsNotRead(String written) {
        String[] parts = written.split(" ", 2);

        assertThatThrownBy(() -> StripeAmounts.money(new BigDecimal(parts[0]), parts[1]))
                .isInstanceOf(UnreadableReplyException.class);
        assertThatThrownBy(() -> StripeAmounts.money(null, "usd")).isInstanceOf(UnreadableReplyException.class);
    }

    @Test
    void refusedAndCancelledIntentIsADecline() {
        StripeIntent intent = new StripeIntent(
                "pi_1", IntentStatus.CANCELED, StripeFixture.PRICE, Money.of("0", "USD"), true, "expired_card", null);

        assertThat(intent.meaning()).contains(PaymentStatus.DECLINED);
    }

    private interface Attempt {

        String run();
    }

    private static String outcome(Attempt attempt) {
        try {
            return attempt.run();
        } catch (CallException e) {
            return e.getClass().getSimpleName();
        }
    }
}
