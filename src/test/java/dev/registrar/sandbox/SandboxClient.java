package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A plain client of a sandbox. */
final class SandboxClient {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    SandboxClient(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    /** @param headers name, value, name, value… */
    Answer call(String method, String path, String body, String... headers) throws IOException {
        try {
            return Answer.of(http.send(request(method, path, body, PATIENCE, headers), BodyHandlers.ofString()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<Answer> callLater(String method, String path, String body, String... headers) {
        return http.sendAsync(request(method, path, body, PATIENCE, headers), BodyHandlers.ofString())
                .thenApply(Answer::of);
    }

    /** Sends a request and waits at most this long. */
    Answer callWithin(Duration limit, String method, String path, String body, String... headers) throws IOException {
        try {
            return Answer.of(http.send(request(method, path, body, limit, headers), BodyHandlers.ofString()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path) throws IOException {
        return call("GET", path, "");
    }

    Answer createProfile(String userId, String key) throws IOException {
        return call("POST", "/profile/profiles", profile(userId, "reg-" + userId), "Idempotency-Key", key);
    }

    Answer charge(String userId, String token, String key) throws IOException {
        return call("POST", "/payment/payments", payment(userId, "49.90", token), "Idempotency-Key", key);
    }

    Answer refund(String transactionId, String amount, String key) throws IOException {
        return call("POST", refunds(transactionId), refundBody(amount), "Idempotency-Key", key);
    }

    void faults(String json) throws IOException {
        Answer answer = call("PUT", "/sandbox/faults", json);
        if (answer.status() != 200) {
            throw new IllegalArgumentException(answer.text());
        }
    }

    JsonNode ledger(String query) throws IOException {
        return get("/sandbox/ledger" + query).json();
    }

    JsonNode payments(String key) throws IOException {
        return get("/payment/payments?idempotencyKey=" + key).json().path("items");
    }

    JsonNode balance(String userId) throws IOException {
        return get("/sandbox/summary?userId=" + userId)
                .json()
                .path("users")
                .path(userId)
                .path("USD");
    }

    static String profile(String userId, String registrationId) {
        return """
                {"userId": "%s", "email": "ada@example.com", "fullName": "Ada Lovelace", "phoneNumber": null,
                 "preferences": {"locale": "en", "limit": 1.50}, "registrationId": "%s"}""".formatted(userId, registrationId);
    }

    static String payment(String userId, String amount, String token) {
        return """
                {"userId": "%s", "amount": %s, "currency": "USD", "paymentMethod": "%s", "description": "Annual plan",
                 "reference": "reg-%s"}""".formatted(userId, amount, token, userId);
    }

    static String refunds(String transactionId) {
        return "/payment/payments/" + transactionId + "/refunds";
    }

    static String refundBody(String amount) {
        return "{\"amount\": " + amount + ", \"currency\": \"USD\", \"reference\": \"r\"}";
    }

    /** Polls until the condition holds. */
    static void eventually(Condition condition) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("not so within " + PATIENCE);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(String method, String path, String body, Duration limit, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(limit)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    /** A condition on the sandbox's state. */
    interface Condition {
        boolean holds() throws IOException;
    }

    record Answer(int status, String text, HttpResponse<String> response) {

        static Answer of(HttpResponse<String> response) {
            return new Answer(response.statusCode(), response.body(), response);
        }

        JsonNode json() throws IOException {
            return MAPPER.readTree(text);
        }

        String code() throws IOException {
            return json().path("code").asText();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }
}
