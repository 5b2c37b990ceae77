package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import io.dropwizard.util.Duration;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Faults in which the provider's responses contradict its state. */
final class DishonestFaultsTest extends SandboxTestCase {

    private void fault(String service, String operation, String kind, String more) throws IOException {
        client.faults("[{\"service\": \"" + service + "\", \"operation\": \"" + operation + "\", \"kind\": \"" + kind
                + "\"" + more + "}]");
    }

    @Test
    void staleReadsShowTheStateOfAWhileAgo() throws Exception {
        client.createProfile("u-1", "profile:1");
        String id = charged("u-1");
        clock.forward(java.time.Duration.ofMinutes(10));
        client.refund(id, "9.90", "refund:1");
        client.call("DELETE", "/profile/profiles/u-1", "");
        clock.forward(java.time.Duration.ofMinutes(1));
        client.call("POST", "/payment/payments/void", "{\"idempotencyKey\": \"charge:u-1\"}");
        restart();

        fault("payment", "find", "stale", ", \"millis\": 300000");

        assertThat(client.payments("charge:u-1").path(0).path("refunds")).isEmpty();
        assertThat(client.get("/payment/payments?idempotencyKey=charge:u-1")
                        .json()
                        .path("voided")
                        .asBoolean())
                .isFalse();
        fault("profile", "get", "stale", ", \"millis\": 300000");
        assertThat(client.get("/profile/profiles/u-1").status()).isEqualTo(200);
        fault("payment", "find", "stale", ", \"millis\": 3600000");
        assertThat(client.payments("charge:u-1")).isEmpty();
        assertThat(client.get("/payment/payments/" + id).status()).isEqualTo(404);
        client.faults("[]");
        assertThat(client.payments("charge:u-1").path(0).path("refunds")).hasSize(1);
        assertThat(client.get("/profile/profiles/u-1").status()).isEqualTo(404);
    }

    @Test
    void weakEtagNeverMatches() throws Exception {
        client.createProfile("u-1", "profile:1");
        fault("profile", "get", "weak_etag", "");

        Answer read = client.get("/profile/profiles/u-1");
        Answer conditional = client.call("DELETE", "/profile/profiles/u-1", "", "If-Match", read.header("ETag"));

        assertThat(read.header("ETag")).startsWith("W/\"v");
        assertThat(conditional.status()).isEqualTo(412);
        assertThat(client.call("DELETE", "/profile/profiles/u-1", "").status()).isEqualTo(204);
    }

    @Test
    void declineAfterTheChargeHoldsTheMoneyAndStandsUnderItsKey() throws Exception {
        fault("payment", "charge", "decline_after", ", \"times\": 1");

        Answer declined = client.charge("u-1", "pm_card_ok", "charge:1");
        Answer again = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(declined.status()).isEqualTo(402);
        assertThat(declined.code()).isEqualTo("card_declined");
        assertThat(again.status()).isEqualTo(402);
        assertThat(client.payments("charge:1").path(0).path("status").asText()).isEqualTo("succeeded");
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("49.90");
    }

    @Test
    void doubleHasTwoEffectsUnderOneKeyAndOneAnswer() throws Exception {
        fault("payment", "charge", "double", ", \"times\": 1");

        Answer charged = client.charge("u-1", "pm_card_ok", "charge:1");
        restart();

        JsonNode payments = client.payments("charge:1");
        assertThat(payments.findValuesAsText("transactionId")).hasSize(2).doesNotHaveDuplicates();
        assertThat(payments.path(0)).isEqualTo(charged.json());
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").text()).isEqualTo(charged.text());
        JsonNode summary = client.get("/sandbox/summary").json();
        assertThat(summary.path("effects").path("payment").path("charge").asInt())
                .isEqualTo(2);
        assertThat(summary.path("requests").path("payment").path("charge").asInt())
                .isEqualTo(2);

        fault("email", "send", "double", "");
        String mail = "{\"to\": \"a\", \"template\": \"t\", \"locale\": \"en\", \"reference\": \"r\"}";
        client.call("POST", "/email/messages", mail, "Idempotency-Key", "email:1");
        assertThat(client.ledger("?key=email:1").findValuesAsText("effect")).containsExactly("true", "true");
    }

    @Test
    void serverErrorIsStoredUnderItsKeyWhereTheProviderDoesSo() throws Exception {
        server.stop();
        server = new SandboxServer(
                new SandboxConfiguration(true, 0, null, directory, Duration.hours(24), true, null), clock);
        server.start();
        client = new SandboxClient(server.port());
        fault("payment", "charge", "status", ", \"status\": 503, \"times\": 1");

        Answer first = client.charge("u-1", "pm_card_ok", "charge:1");
        Answer replayed = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(first.status()).isEqualTo(503);
        assertThat(replayed.status()).isEqualTo(503);
        assertThat(replayed.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(client.payments("charge:1")).isEmpty();
        assertThat(client.charge("u-1", "pm_card_ok", "charge:2").status()).isEqualTo(201);
        clock.forward(java.time.Duration.ofHours(25));
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(201);
    }

    @Test
    void faultThatMakesNoSenseIsRefused() throws Exception {
        for (String fault : new String[] {
            "{\"service\": \"payment\", \"operation\": \"find\", \"kind\": \"stale\"}",
            "{\"service\": \"email\", \"kind\": \"stale\", \"millis\": 1}",
            "{\"service\": \"payment\", \"kind\": \"weak_etag\"}",
            "{\"service\": \"payment\", \"operation\": \"refund\", \"kind\": \"decline_after\"}",
            "{\"service\": \"profile\", \"kind\": \"double\"}"
        }) {
            assertThat(client.call("PUT", "/sandbox/faults", "[" + fault + "]").code())
                    .as(fault)
                    .isEqualTo("invalid_fault");
        }
    }
}
