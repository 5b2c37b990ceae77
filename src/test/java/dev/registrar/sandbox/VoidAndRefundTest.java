package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class VoidAndRefundTest extends SandboxTestCase {

    private Answer voidKey(String key) throws IOException {
        return client.call("POST", "/payment/payments/void", "{\"idempotencyKey\": \"" + key + "\"}");
    }

    private JsonNode payment(String transactionId) throws IOException {
        return client.get("/payment/payments/" + transactionId).json();
    }

    private String chargedBy(String token) throws IOException {
        return client.charge("u-1", token, "charge:1")
                .json()
                .path("transactionId")
                .asText();
    }

    private static String refundStatus(JsonNode payment, int index) {
        return payment.path("refunds").path(index).path("status").asText();
    }

    @Test
    void voidedKeyNeverChargesAndASearchByItShowsThat() throws Exception {
        assertThat(client.get("/payment/payments?idempotencyKey=charge:1").text())
                .isEqualTo("{\"items\":[],\"voided\":false}");

        Answer voided = voidKey("charge:1");
        Answer charge = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(voided.text()).isEqualTo("{\"items\":[],\"voided\":true}");
        assertThat(charge.status()).isEqualTo(422);
        assertThat(charge.code()).isEqualTo("key_voided");

        clock.forward(Duration.ofDays(30));
        restart();

        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").code()).isEqualTo("key_voided");
        assertThat(client.get("/payment/payments?idempotencyKey=charge:1").text())
                .isEqualTo(voided.text());
        assertThat(client.charge("u-2", "pm_card_ok", "charge:2").status()).isEqualTo(201);
    }

    @Test
    void voidCancelsWhatIsPendingAndLeavesWhatWasCaptured() throws Exception {
        String captured = charged("u-1");
        client.charge("u-2", "pm_pending_then_ok", "charge:2");

        JsonNode stands = voidKey("charge:u-1").json().path("items").path(0);
        JsonNode cancelled = voidKey("charge:2").json().path("items").path(0);

        assertThat(stands).isEqualTo(payment(captured));
        assertThat(stands.path("status").asText()).isEqualTo("succeeded");
        assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
        assertThat(cancelled.path("captured").decimalValue()).isEqualByComparingTo("0");
        assertThat(voidKey("charge:2").json().path("items").path(0)).isEqualTo(cancelled);
        assertThat(client.payments("charge:2").path(0)).isEqualTo(cancelled);
        assertThat(client.ledger("?key=charge:2").findValuesAsText("operation"))
                .containsExactly("charge", "void", "void", "find");
        assertThat(client.call("POST", "/payment/payments/void", "{}").status()).isEqualTo(400);
    }

    @Test
    void lateChargeOfAVoidedKeyHasNoEffect() throws Exception {
        client.faults("[{\"service\": \"payment\", \"kind\": \"late\", \"millis\": 200, \"times\": 1}]");
        try {
            client.charge("u-1", "pm_card_ok", "charge:1");
        } catch (IOException e) {
            // Reset by the fault.
        }

        voidKey("charge:1");

        SandboxClient.eventually(() ->
                client.ledger("?key=charge:1").findValuesAsText("of").stream().anyMatch(of -> !of.equals("null")));
        assertThat(client.payments("charge:1")).isEmpty();
        assertThat(client.ledger("?key=charge:1&service=payment").findValuesAsText("operation"))
                .startsWith("charge", "void", "charge");
        assertThat(client.balance("u-1").isMissingNode()).isTrue();
    }

    @Test
    void refundsAreShownOneByOneWithTheirKeys() throws Exception {
        String id = charged("u-1");

        client.refund(id, "9.90", "refund:1");
        client.refund(id, "10", "refund:2");
        restart();

        JsonNode refunds = payment(id).path("refunds");
        assertThat(refunds.findValuesAsText("idempotencyKey")).containsExactly("refund:1", "refund:2");
        assertThat(client.get("/payment/payments/" + id).text()).contains("\"amount\":9.90", "\"amount\":10.00");
        assertThat(refunds.findValuesAsText("currency")).containsExactly("USD", "USD");
        assertThat(refunds.findValuesAsText("status")).containsExactly("succeeded", "succeeded");
        assertThat(refunds.findValuesAsText("id")).allMatch(refund -> refund.startsWith("re_"));
        assertThat(payment(id).path("refunded").decimalValue()).isEqualByComparingTo("19.90");
        assertThat(client.refund(id, "30.01", "refund:3").code()).isEqualTo("refund_exceeds_captured");
    }

    @Test
    void pendingRefundIsReadThreeTimesBeforeItSucceedsAndCountsAsAskedFor() throws Exception {
        String id = chargedBy("pm_refund_pending");

        Answer refund = client.refund(id, "40", "refund:1");

        assertThat(refund.json().path("status").asText()).isEqualTo("pending");
        assertThat(refund.json().path("refunded").decimalValue()).isEqualByComparingTo("0");
        assertThat(client.refund(id, "10", "refund:2").code()).isEqualTo("refund_exceeds_captured");
        for (int read = 0; read < 3; read++) {
            assertThat(refundStatus(payment(id), 0)).isEqualTo("pending");
            restart();
        }
        assertThat(refundStatus(payment(id), 0)).isEqualTo("succeeded");
        assertThat(payment(id).path("refunded").decimalValue()).isEqualByComparingTo("40");
        assertThat(client.refund(id, "9.90", "refund:3").status()).isEqualTo(201);
    }

    @Test
    void refundThatFailsLateGivesTheMoneyBackToTheGatewayAndTheNextOneHolds() throws Exception {
        String id = chargedBy("pm_refund_fails_late");
        client.refund(id, "49.90", "refund:1");
        assertThat(refundStatus(payment(id), 0)).isEqualTo("succeeded");

        clock.forward(Duration.ofSeconds(61));

        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("49.90");
        assertThat(refundStatus(payment(id), 0)).isEqualTo("failed");
        assertThat(payment(id).path("refunded").decimalValue()).isEqualByComparingTo("0");
        assertThat(client.refund(id, "49.90", "refund:1").header("Idempotent-Replayed"))
                .isEqualTo("true");

        client.refund(id, "49.90", "refund:1:again:1");
        clock.forward(Duration.ofSeconds(61));

        assertThat(payment(id).path("refunds").findValuesAsText("status")).containsExactly("failed", "succeeded");
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("0");
    }

    @Test
    void tokenThatChargesTwiceLeavesTwoPaymentsUnderOneReference() throws Exception {
        String id = chargedBy("pm_charged_twice");

        JsonNode byReference =
                client.get("/payment/payments?reference=reg-u-1").json().path("items");

        assertThat(client.payments("charge:1").findValuesAsText("transactionId"))
                .containsExactly(id);
        assertThat(byReference.findValuesAsText("transactionId")).hasSize(2).startsWith(id);
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("99.80");
    }
}
