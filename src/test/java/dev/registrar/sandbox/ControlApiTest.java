package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ControlApiTest extends SandboxTestCase {

    @Test
    void ledgerShowsEveryRequestInOrderWithItsEffect() throws IOException {
        client.createProfile("u-1", "profile:1");
        client.charge("u-1", "pm_card_ok", "charge:1");
        client.payments("charge:1");
        client.call("POST", "/payment/payments", "{}");

        JsonNode ledger = client.ledger("");
        assertThat(ledger.findValuesAsText("seq")).containsExactly("1", "2", "3", "4");
        assertThat(ledger.findValuesAsText("operation")).containsExactly("create", "charge", "find", "charge");
        assertThat(ledger.findValuesAsText("status")).containsExactly("201", "201", "200", "400");
        assertThat(ledger.findValuesAsText("effect")).containsExactly("true", "true", "false", "false");
        JsonNode charge = ledger.path(1);
        assertThat(charge.path("service").asText()).isEqualTo("payment");
        assertThat(charge.path("idempotencyKey").asText()).isEqualTo("charge:1");
        assertThat(charge.path("userId").asText()).isEqualTo("u-1");
        assertThat(charge.path("amount").decimalValue()).isEqualByComparingTo("49.90");
        assertThat(charge.path("currency").asText()).isEqualTo("USD");
        assertThat(charge.path("reference").asText()).isEqualTo("reg-u-1");
        assertThat(charge.path("at").asText()).endsWith("Z");
        assertThat(ledger.path(3).path("amount").isNull()).isTrue();
    }

    @Test
    void ledgerIsFilteredByAllThatIsGiven() throws IOException {
        for (String user : new String[] {"u-1", "u-2"}) {
            client.createProfile(user, "profile:" + user);
            client.charge(user, "pm_card_ok", "charge:" + user);
        }

        assertThat(client.ledger("?userId=u-1")).hasSize(2);
        assertThat(client.ledger("?key=charge:u-2").findValuesAsText("userId")).containsExactly("u-2");
        assertThat(client.ledger("?service=payment").findValuesAsText("userId")).containsExactly("u-1", "u-2");
        assertThat(client.ledger("?userId=u-1&service=payment").findValuesAsText("operation"))
                .containsExactly("charge");
        assertThat(client.ledger("?key=charge:u-1&userId=u-2")).isEmpty();
        assertThat(client.ledger("?after=3").findValuesAsText("seq")).containsExactly("4");
        assertThat(client.get("/sandbox/ledger?service=post").status()).isEqualTo(400);
    }

    @Test
    void summaryCountsEffectsReplaysAndWhatEachUserPaid() throws IOException {
        client.createProfile("u-1", "profile:1");
        client.refund(charged("u-1"), "9.90", "refund:1");
        charged("u-1");
        client.call(
                "POST",
                "/payment/payments",
                SandboxClient.payment("u-1", "1", "pm_card_ok"),
                "Idempotency-Key",
                "charge:u-1");

        JsonNode summary = client.get("/sandbox/summary").json();
        assertThat(summary.path("entries").asInt()).isEqualTo(5);
        assertThat(summary.at("/effects/profile/create").asInt()).isOne();
        assertThat(summary.at("/effects/payment/charge").asInt()).isOne();
        assertThat(summary.at("/effects/payment/refund").asInt()).isOne();
        assertThat(summary.at("/effects/email/send").asInt()).isZero();
        assertThat(summary.at("/requests/payment/charge").asInt()).isEqualTo(3);
        assertThat(summary.at("/replays/replayed").asInt()).isOne();
        assertThat(summary.at("/replays/reused").asInt()).isOne();
        assertThat(summary.at("/replays/total").asInt()).isEqualTo(2);
        assertThat(summary.at("/profiles").asInt()).isOne();
        JsonNode balance = summary.at("/users/u-1/USD");
        assertThat(balance.path("charges").asInt()).isOne();
        assertThat(balance.path("charged").decimalValue()).isEqualByComparingTo("49.90");
        assertThat(balance.path("refunded").decimalValue()).isEqualByComparingTo("9.90");
        assertThat(balance.path("net").decimalValue()).isEqualByComparingTo("40.00");
    }

    @Test
    void clearingTheLedgerLeavesStateKeysAndSequence() throws Exception {
        charged("u-1");

        assertThat(client.call("DELETE", "/sandbox/ledger", "").status()).isEqualTo(204);
        assertThat(client.ledger("")).isEmpty();
        restart();
        assertThat(client.ledger("")).isEmpty();

        assertThat(client.charge("u-1", "pm_card_ok", "charge:u-1").header("Idempotent-Replayed"))
                .isEqualTo("true");
        assertThat(client.ledger("").findValuesAsText("seq")).containsExactly("2");
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("49.90");
    }

    @Test
    void faultsCountDownAreReplacedAndRemoved() throws IOException {
        client.faults("""
                [{"service": "payment", "operation": "charge", "kind": "status", "status": 503, "times": 2},
                 {"service": "sms", "kind": "status", "probability": 0.5}]""");

        client.charge("u-1", "pm_card_ok", "charge:1");

        JsonNode left = client.get("/sandbox/faults").json();
        assertThat(left.path(0).path("times").asInt()).isOne();
        assertThat(left.path(0).path("kind").asText()).isEqualTo("status");
        assertThat(left.path(1).path("probability").asDouble()).isEqualTo(0.5);
        assertThat(left.path(1).has("times")).isFalse();
        client.faults(left.toString());
        client.faults("[{\"service\": \"email\", \"kind\": \"empty\"}]");
        assertThat(client.get("/sandbox/faults").json()).hasSize(1);
        assertThat(client.call("DELETE", "/sandbox/faults", "").status()).isEqualTo(204);
        assertThat(client.get("/sandbox/faults").json()).isEmpty();
    }

    @Test
    void faultOfAUserSparesEverybodyElse() throws IOException {
        client.faults("""
                [{"service": "profile", "operation": "create", "kind": "status", "status": 503, "userId": "unlucky", "times": 1}]""");

        assertThat(client.createProfile("lucky", "key-1").status()).isEqualTo(201);
        assertThat(client.get("/sandbox/faults").json().path(0).path("userId").asText())
                .isEqualTo("unlucky");
        assertThat(client.createProfile("unlucky", "key-2").status()).isEqualTo(503);
        assertThat(client.createProfile("unlucky", "key-2").status()).isEqualTo(201);
    }

    @Test
    void probabilityStrikesSometimes() throws IOException {
        client.faults("[{\"service\": \"payment\", \"operation\": \"find\", \"kind\": \"status\","
                + " \"probability\": 0.5}]");

        int struck = 0;
        for (int i = 0; i < 200; i++) {
            struck += client.get("/payment/payments?reference=r").status() == 500 ? 1 : 0;
        }

        // Fails by chance once in 10^11 runs.
        assertThat(struck).isBetween(50, 150);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                        | JSON array",
                "[1]                                                                       | faults[0]: expected an object",
                "[{\"kind\": \"status\"}]                                                  | service must be one of",
                "[{\"service\": \"post\", \"kind\": \"status\"}]                           | service must be one of",
                "[{\"service\": \"sms\", \"kind\": \"explode\"}]                           | kind must be one of",
                "[{\"service\": \"sms\"}]                                                  | kind must be one of",
                "[{\"service\": \"sms\", \"kind\": \"status\", \"operation\": \"charge\"}] | operation of sms must be one of",
                "[{\"service\": \"sms\", \"kind\": \"status\", \"delay\": 1}]              | unknown field 'delay'",
                "[{\"service\": \"sms\", \"kind\": \"status\", \"times\": -1}]             | times must be",
                "[{\"service\": \"sms\", \"kind\": \"status\", \"times\": 1.5}]            | times must be",
                "[{\"service\": \"sms\", \"kind\": \"status\", \"probability\": 2}]        | probability must be",
                "[{\"service\": \"sms\", \"kind\": \"status\", \"status\": 200}]           | status must be",
                "[{\"service\": \"sms\", \"kind\": \"latency\"}]                           | latency needs millis",
                "[{\"service\": \"sms\", \"kind\": \"latency\", \"millis\": \"5\"}]        | millis must be",
                "[{\"service\": \"sms\", \"kind\": \"wrong_amount\"}]                      | has no meaning",
                "[{\"service\": \"profile\", \"operation\": \"get\", \"kind\": \"lie\"}]   | has no meaning",
                "[{\"service\": \"sms\", \"kind\": \"empty\", \"times\": 1, \"probability\": 1}] | exclude each other"
            })
    void faultThatIsNotUnderstoodIsRefusedAndChangesNothing(String faults, String message) throws IOException {
        client.faults("[{\"service\": \"email\", \"kind\": \"empty\"}]");

        Answer refused = client.call("PUT", "/sandbox/faults", faults);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("invalid_fault");
        assertThat(refused.json().path("message").asText()).contains(message);
        assertThat(client.get("/sandbox/faults").json()).hasSize(1);
    }
}
