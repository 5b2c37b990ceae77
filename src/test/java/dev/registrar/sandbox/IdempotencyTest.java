package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class IdempotencyTest extends SandboxTestCase {

    @Test
    void sameKeyAndBodyGetsTheStoredAnswerWithoutASecondEffect() throws IOException {
        Answer first = client.charge("u-1", "pm_card_ok", "charge:1");
        Answer second = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(first.header("Idempotent-Replayed")).isEmpty();
        assertThat(second.header("Idempotent-Replayed")).isEqualTo("true");
        JsonNode ledger = client.ledger("?key=charge:1");
        assertThat(ledger.findValuesAsText("effect")).containsExactly("true", "false");
        assertThat(ledger.path(1).path("replay").asText()).isEqualTo("replayed");
        assertThat(client.balance("u-1").path("charges").asInt()).isOne();
    }

    @Test
    void replayedProfileHasItsEtag() throws IOException {
        Answer first = client.createProfile("u-1", "profile:1");

        assertThat(client.createProfile("u-1", "profile:1").header("ETag")).isEqualTo(first.header("ETag"));
    }

    @Test
    void bodiesAreComparedByWhatTheySayAndNotByHowTheyAreWritten() throws IOException {
        String other = "{\"reference\":\"reg-u-1\", \"amount\": 4.99E1, \"description\": \"Annual plan\","
                + "\"paymentMethod\":\"pm_card_ok\",\"currency\":\"USD\",\"userId\":\"u-1\"}";
        client.charge("u-1", "pm_card_ok", "charge:1");

        Answer same = client.call("POST", "/payment/payments", other, "Idempotency-Key", "charge:1");

        assertThat(same.status()).isEqualTo(201);
        assertThat(same.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void sameKeyWithAnotherBodyIsRefused() throws IOException {
        client.charge("u-1", "pm_card_ok", "charge:1");

        Answer other = client.call(
                "POST",
                "/payment/payments",
                SandboxClient.payment("u-1", "49.91", "pm_card_ok"),
                "Idempotency-Key",
                "charge:1");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("idempotency_key_reused");
        assertThat(client.payments("charge:1")).hasSize(1);
    }

    @Test
    void keyInWorkIsRefusedUntilTheFirstIsDone() throws IOException {
        client.faults("[{\"service\": \"payment\", \"kind\": \"latency\", \"millis\": 300, \"times\": 1}]");
        CompletableFuture<Answer> first = client.callLater(
                "POST",
                "/payment/payments",
                SandboxClient.payment("u-1", "49.90", "pm_card_ok"),
                "Idempotency-Key",
                "charge:1");
        SandboxClient.eventually(
                () -> client.get("/sandbox/faults").json().path(0).path("times").asInt() == 0);

        Answer second = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.code()).isEqualTo("idempotency_key_in_progress");
        assertThat(first.join().status()).isEqualTo(201);
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(201);
        assertThat(client.payments("charge:1")).hasSize(1);
    }

    @Test
    void hundredRequestsWithOneKeyAtOnceHaveOneEffect() throws IOException {
        List<CompletableFuture<Answer>> all = IntStream.range(0, 100)
                .mapToObj(i -> client.callLater(
                        "POST",
                        "/payment/payments",
                        SandboxClient.payment("u-1", "49.90", "pm_card_ok"),
                        "Idempotency-Key",
                        "charge:1"))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join).map(Answer::status))
                .allMatch(status -> status == 201 || status == 409)
                .contains(201);
        assertThat(client.payments("charge:1")).hasSize(1);
        assertThat(client.ledger("?key=charge:1").findValuesAsText("effect"))
                .containsOnlyOnce("true")
                .hasSize(101);
    }

    @Test
    void refusalIsStoredAndA500IsNot() throws IOException {
        Answer declined = client.charge("u-1", "pm_card_declined", "charge:1");
        client.createProfile("u-1", "profile:1");
        client.createProfile("u-1", "profile:2");
        client.call("DELETE", "/profile/profiles/u-1", "");
        client.faults("[{\"service\": \"payment\", \"kind\": \"status\", \"times\": 1}]");
        Answer failed = client.charge("u-2", "pm_card_ok", "charge:2");

        assertThat(client.charge("u-1", "pm_card_declined", "charge:1").text()).isEqualTo(declined.text());
        assertThat(client.payments("charge:1")).hasSize(1);
        assertThat(client.createProfile("u-1", "profile:2").status()).isEqualTo(409);
        assertThat(failed.status()).isEqualTo(500);
        assertThat(client.charge("u-2", "pm_card_ok", "charge:2").status()).isEqualTo(201);
    }

    @Test
    void keyIsForgottenAfterItsWindowAndThenChargesAgain() throws Exception {
        client.charge("u-1", "pm_card_ok", "charge:1");

        clock.forward(Duration.ofHours(23));
        restart();
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").header("Idempotent-Replayed"))
                .isEqualTo("true");
        clock.forward(Duration.ofHours(2));
        Answer late = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(late.status()).isEqualTo(201);
        assertThat(late.header("Idempotent-Replayed")).isEmpty();
        assertThat(client.payments("charge:1")).hasSize(2);
        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("99.80");
    }

    @Test
    void keysOfTwoOperationsDoNotMeet() throws IOException {
        client.createProfile("u-1", "same");

        assertThat(client.charge("u-1", "pm_card_ok", "same").status()).isEqualTo(201);
    }
}
