package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaymentProviderTest extends SandboxTestCase {

    @Test
    void goodCardIsChargedAndFoundByIdKeyAndReference() throws IOException {
        Answer charged = client.charge("u-1", "pm_card_ok", "charge:1");

        JsonNode payment = charged.json();
        String id = payment.path("transactionId").asText();
        assertThat(charged.status()).isEqualTo(201);
        assertThat(id).startsWith("tx_");
        assertThat(payment.path("status").asText()).isEqualTo("succeeded");
        assertThat(charged.text()).contains("\"amount\":49.90", "\"captured\":49.90", "\"refunded\":0.00");
        assertThat(client.get("/payment/payments/" + id).json()).isEqualTo(payment);
        assertThat(client.payments("charge:1")).containsExactly(payment);
        assertThat(client.get("/payment/payments?reference=reg-u-1").json().path("items"))
                .containsExactly(payment);
        assertThat(client.payments("charge:2")).isEmpty();
        assertThat(client.get("/payment/payments/tx_none").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_declined, card_declined",
        "pm_insufficient_funds, insufficient_funds",
        "pm_nobody_knows, invalid_payment_method"
    })
    void declineIsA402AndListedWithNothingCaptured(String token, String code) throws IOException {
        Answer declined = client.charge("u-1", token, "charge:1");

        assertThat(declined.status()).isEqualTo(402);
        assertThat(declined.code()).isEqualTo(code);
        JsonNode listed = client.payments("charge:1").path(0);
        assertThat(listed.path("status").asText()).isEqualTo("declined");
        assertThat(listed.path("captured").decimalValue()).isEqualByComparingTo("0");
        assertThat(client.ledger("?key=charge:1").path(0).path("effect").asBoolean())
                .isFalse();
    }

    @Test
    void timeoutAfterChargeIsNeverAnsweredButChargedOnce() throws IOException {
        assertThatThrownBy(() -> client.callWithin(
                        Duration.ofMillis(200),
                        "POST",
                        "/payment/payments",
                        SandboxClient.payment("u-1", "49.90", "pm_timeout_after_charge"),
                        "Idempotency-Key",
                        "charge:1"))
                .isInstanceOf(HttpTimeoutException.class);

        Answer again = client.charge("u-1", "pm_timeout_after_charge", "charge:1");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(client.payments("charge:1")).hasSize(1);
        assertThat(client.ledger("?key=charge:1").path(0).path("status").asInt())
                .isZero();
        assertThat(client.ledger("?key=charge:1").path(0).path("effect").asBoolean())
                .isTrue();
    }

    @Test
    void wrongAmountTokenCapturesOneUnitTooMuchAndSaysSo() throws IOException {
        Answer charged = client.charge("u-1", "pm_wrong_amount", "charge:1");

        assertThat(charged.text()).contains("\"amount\":50.90", "\"captured\":50.90");
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("50.90");
    }

    @Test
    void pendingIsReadTwiceAndThenCaptured() throws IOException {
        Answer charged = client.charge("u-1", "pm_pending_then_ok", "charge:1");
        String path =
                "/payment/payments/" + charged.json().path("transactionId").asText();

        assertThat(charged.status()).isEqualTo(201);
        assertThat(charged.text()).contains("\"status\":\"pending\"", "\"captured\":0.00");
        assertThat(client.get(path).json().path("status").asText()).isEqualTo("pending");
        assertThat(client.payments("charge:1").path(0).path("status").asText()).isEqualTo("pending");
        assertThat(client.get(path).text()).contains("\"status\":\"succeeded\"", "\"captured\":49.90");
    }

    @Test
    void refundsAddUpAndNeverExceedWhatWasCaptured() throws IOException {
        String id = charged("u-1");

        Answer first = client.refund(id, "9.90", "refund:1");
        Answer tooMuch = client.refund(id, "40.01", "refund:2");
        Answer rest = client.refund(id, "\"40.00\"", "refund:3");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.text()).contains("\"captured\":49.90", "\"refunded\":9.90", "\"status\":\"succeeded\"");
        assertThat(tooMuch.status()).isEqualTo(422);
        assertThat(tooMuch.code()).isEqualTo("refund_exceeds_captured");
        assertThat(rest.json().path("refunded").decimalValue()).isEqualByComparingTo("49.90");
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("0");
        assertThat(client.refund("tx_none", "1", "refund:4").status()).isEqualTo(404);
    }

    @Test
    void refundFailsThreeTimesWithoutEffectAndThenWorks() throws IOException {
        String id = client.charge("u-1", "pm_refund_fails_3", "charge:1")
                .json()
                .path("transactionId")
                .asText();

        for (int i = 0; i < 3; i++) {
            assertThat(client.refund(id, "49.90", "refund:1").status()).isEqualTo(500);
            assertThat(client.balance("u-1").path("refunded").decimalValue()).isEqualByComparingTo("0");
        }
        assertThat(client.refund(id, "49.90", "refund:1").status()).isEqualTo(201);
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("0");
    }

    @Test
    void messagesAreAcceptedAndFiledUnderTheUserOfTheirReference() throws IOException {
        charged("u-1");
        String body = "{\"to\": \"ada@example.com\", \"template\": \"welcome\", \"locale\": \"en\","
                + " \"fullName\": \"Ada\", \"reference\": \"reg-u-1\"}";

        Answer mail = client.call("POST", "/email/messages", body, "Idempotency-Key", "email:1");
        Answer sms = client.call("POST", "/sms/messages", body, "Idempotency-Key", "sms:1");

        assertThat(mail.status()).isEqualTo(201);
        assertThat(mail.json().path("status").asText()).isEqualTo("accepted");
        assertThat(sms.json().path("messageId").asText()).startsWith("msg_");
        assertThat(client.ledger("?userId=u-1").findValuesAsText("service")).containsExactly("payment", "email", "sms");
    }
}
