package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.SandboxClient.Answer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultKindsTest extends SandboxTestCase {

    @Test
    void latencyHoldsNoThread() throws IOException {
        client.faults("[{\"service\": \"email\", \"kind\": \"latency\", \"millis\": 60000, \"times\": 100}]");
        String body = "{\"to\": \"a\", \"template\": \"t\", \"locale\": \"en\", \"reference\": \"r\"}";

        // Three times the number of threads: if they blocked, requests after the 32nd would not even be read.
        List<CompletableFuture<Answer>> slow = IntStream.range(0, 100)
                .mapToObj(i -> client.callLater("POST", "/email/messages", body))
                .toList();
        SandboxClient.eventually(
                () -> client.get("/sandbox/faults").json().path(0).path("times").asInt() == 0);

        assertThat(slow).noneMatch(CompletableFuture::isDone);
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(201);
    }

    @Test
    void latencyWithoutTimesDelaysEveryRequest() throws IOException {
        client.faults("[{\"service\": \"payment\", \"kind\": \"latency\", \"millis\": 100}]");
        long start = System.nanoTime();

        client.charge("u-1", "pm_card_ok", "charge:1");
        client.charge("u-1", "pm_card_ok", "charge:1");
        client.payments("charge:1");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void latencyAndAnotherFaultStrikeTogether() throws IOException {
        client.faults("""
                [{"service": "payment", "kind": "latency", "millis": 100},
                 {"service": "payment", "kind": "status", "status": 503, "retryAfter": 7, "times": 1}]""");
        long start = System.nanoTime();

        Answer refused = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("7");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(99));
        assertThat(client.payments("charge:1")).isEmpty();
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"hang_before, 0", "hang_after, 1"})
    void hangAnswersNothingAndKeepsTheConnectionOpen(String kind, int effects) throws IOException {
        fault("charge", kind, "");

        assertThatThrownBy(() -> client.callWithin(
                        Duration.ofMillis(300),
                        "POST",
                        "/payment/payments",
                        SandboxClient.payment("u-1", "49.90", "pm_card_ok"),
                        "Idempotency-Key",
                        "charge:1"))
                .isInstanceOf(HttpTimeoutException.class);

        checkLost(kind, effects);
    }

    @Test
    void hangEndsWithAResetWhenItsTimeIsOver() throws IOException {
        fault("charge", "hang_before", ", \"millis\": 150");
        long start = System.nanoTime();

        assertThatThrownBy(() -> client.charge("u-1", "pm_card_ok", "charge:1"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(149));
    }

    @ParameterizedTest
    @CsvSource({"reset_before, 0", "reset_after, 1"})
    void resetClosesTheConnectionWithoutAnAnswer(String kind, int effects) throws IOException {
        fault("charge", kind, "");

        assertThatThrownBy(() -> client.charge("u-1", "pm_card_ok", "charge:1"))
                .isInstanceOf(IOException.class)
                .rootCause()
                .hasMessageContaining("Connection reset");

        checkLost(kind, effects);
    }

    private void checkLost(String kind, int effects) throws IOException {
        assertThat(client.payments("charge:1")).hasSize(effects);
        JsonNode entry = client.ledger("?key=charge:1").path(0);
        assertThat(entry.path("status").asInt()).isZero();
        assertThat(entry.path("effect").asBoolean()).isEqualTo(effects == 1);
        assertThat(entry.path("fault").asText()).isEqualTo(kind);
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(201);
        assertThat(client.payments("charge:1")).hasSize(1);
    }

    @Test
    void malformedIsA201WhoseJsonBreaksOffAfterTheEffect() throws IOException {
        fault("charge", "malformed", "");

        Answer answer = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(answer.status()).isEqualTo(201);
        assertThatThrownBy(answer::json).isInstanceOf(JsonProcessingException.class);
        assertThat(client.payments("charge:1")).hasSize(1);
    }

    @Test
    void emptyIsA201WithoutABodyAfterTheEffect() throws IOException {
        fault("charge", "empty", "");

        Answer answer = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text()).isEmpty();
        assertThat(client.payments("charge:1")).hasSize(1);
    }

    @Test
    void emptyWithAStatusIsAnErrorAfterTheEffect() throws IOException {
        fault("charge", "empty", ", \"status\": 500");

        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(500);

        assertThat(client.payments("charge:1")).hasSize(1);
        assertThat(client.ledger("?key=charge:1").path(0).path("status").asInt())
                .isEqualTo(500);
    }

    @Test
    void hugeIsAGoodAnswerOfMoreThanAMebibyte() throws IOException {
        fault("charge", "huge", "");

        Answer answer = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text().length()).isGreaterThan(1 << 20);
        assertThat(answer.json().path("status").asText()).isEqualTo("succeeded");
        assertThat(client.payments("charge:1")).hasSize(1);
    }

    @Test
    void dripSendsTheAnswerByteByByte() throws IOException {
        fault("charge", "drip", ", \"millis\": 2");
        long start = System.nanoTime();

        Answer answer = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(answer.json().path("status").asText()).isEqualTo("succeeded");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(Duration.ofMillis(2L * (answer.text().length() - 1)));
    }

    @Test
    void wrongAmountOnAChargeIsReallyCaptured() throws IOException {
        fault("charge", "wrong_amount", "");

        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").text()).contains("\"captured\":50.90");

        assertThat(client.balance("u-1").path("net").decimalValue()).isEqualByComparingTo("50.90");
        assertThat(client.ledger("?key=charge:1").path(0).path("amount").decimalValue())
                .isEqualByComparingTo("50.90");
    }

    @Test
    void wrongAmountOnAReadOrARefundIsOnlySaid() throws IOException {
        String id = charged("u-1");

        fault("find", "wrong_amount", "");
        assertThat(client.get("/payment/payments/" + id).text()).contains("\"amount\":50.90");
        fault("refund", "wrong_amount", "");
        assertThat(client.refund(id, "49.90", "refund:1").text()).contains("\"amount\":50.90");

        assertThat(client.balance("u-1").path("charged").decimalValue()).isEqualByComparingTo("49.90");
        assertThat(client.balance("u-1").path("refunded").decimalValue()).isEqualByComparingTo("49.90");
    }

    @Test
    void lateLosesTheAnswerNowAndHasItsEffectLater() throws IOException {
        fault("charge", "late", ", \"millis\": 400");

        assertThatThrownBy(() -> client.charge("u-1", "pm_card_ok", "charge:1")).isInstanceOf(IOException.class);
        JsonNode before = client.payments("charge:1");
        Answer meanwhile = client.charge("u-1", "pm_card_ok", "charge:1");
        SandboxClient.eventually(() -> !client.payments("charge:1").isEmpty());
        Answer after = client.charge("u-1", "pm_card_ok", "charge:1");

        assertThat(before).isEmpty();
        assertThat(meanwhile.status()).isEqualTo(409);
        assertThat(meanwhile.code()).isEqualTo("idempotency_key_in_progress");
        assertThat(after.header("Idempotent-Replayed")).isEqualTo("true");
        JsonNode ledger = client.ledger("?key=charge:1&service=payment");
        JsonNode lost = ledger.path(0);
        JsonNode landed = onlyEffect(ledger);
        assertThat(lost.path("effect").asBoolean()).isFalse();
        assertThat(landed.path("of")).isEqualTo(lost.path("seq"));
        assertThat(landed.path("amount").decimalValue()).isEqualByComparingTo("49.90");
    }

    private static JsonNode onlyEffect(JsonNode ledger) {
        List<JsonNode> effects = new ArrayList<>();
        ledger.forEach(entry -> {
            if (entry.path("effect").asBoolean()) {
                effects.add(entry);
            }
        });
        assertThat(effects).hasSize(1);
        return effects.get(0);
    }

    @Test
    void lieAnswersSuccessAndDoesNothing() throws IOException {
        String id = charged("u-1");
        client.createProfile("u-1", "profile:1");
        fault("refund", "lie", "");

        Answer refund = client.refund(id, "49.90", "refund:1");
        client.faults("[{\"service\": \"profile\", \"operation\": \"delete\", \"kind\": \"lie\", \"times\": 1}]");
        Answer delete = client.call("DELETE", "/profile/profiles/u-1", "");

        assertThat(refund.status()).isEqualTo(201);
        assertThat(delete.status()).isEqualTo(204);
        assertThat(client.balance("u-1").path("refunded").decimalValue()).isEqualByComparingTo("0");
        assertThat(client.get("/profile/profiles/u-1").status()).isEqualTo(200);
        Answer honest = client.refund(id, "49.90", "refund:1");
        assertThat(honest.header("Idempotent-Replayed")).isEmpty();
        assertThat(client.balance("u-1").path("refunded").decimalValue()).isEqualByComparingTo("49.90");
    }

    @ParameterizedTest
    @ValueSource(strings = {"malformed", "empty", "huge", "drip", "lie"})
    void deleteCanBeStruckToo(String kind) throws IOException {
        client.createProfile("u-1", "profile:1");
        client.faults("[{\"service\": \"profile\", \"operation\": \"delete\", \"kind\": \"%s\", \"millis\": 1}]"
                .formatted(kind));

        Answer answer = client.call("DELETE", "/profile/profiles/u-1", "");

        assertThat(answer.status()).isBetween(200, 204);
        assertThat(client.get("/profile/profiles/u-1").status()).isEqualTo(kind.equals("lie") ? 200 : 404);
    }

    @Test
    void faultOfOneServiceLeavesTheOthersAlone() throws IOException {
        client.faults("[{\"service\": \"payment\", \"operation\": \"refund\", \"kind\": \"status\"}]");

        assertThat(client.createProfile("u-1", "profile:1").status()).isEqualTo(201);
        assertThat(client.charge("u-1", "pm_card_ok", "charge:1").status()).isEqualTo(201);
        assertThat(client.refund("tx_1", "1", "refund:1").status()).isEqualTo(500);
    }

    @Test
    void resetStrikesReadsAsWell() throws IOException {
        client.faults("[{\"service\": \"profile\", \"operation\": \"get\", \"kind\": \"reset_after\", \"times\": 2}]");

        assertThatThrownBy(() -> client.get("/profile/profiles/u-1")).isInstanceOf(IOException.class);
    }

    private void fault(String operation, String kind, String more) throws IOException {
        client.faults("[{\"service\": \"payment\", \"operation\": \"%s\", \"kind\": \"%s\", \"times\": 1%s}]"
                .formatted(operation, kind, more));
    }
}
