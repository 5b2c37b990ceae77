package dev.registrar.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** JSON over HTTP, as any client would send it. Amounts are read exactly. Thread-safe. */
final class JsonHttp {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage());
        }
    }

    /** What is there; empty on 404. */
    Optional<JsonNode> get(String url) throws InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url)));
        return answer.statusCode() == 404 ? Optional.empty() : Optional.of(body(url, answer));
    }

    /** @throws DemoRefusedException where the answer is no success */
    JsonNode send(String method, String url, JsonNode body) throws InterruptedException {
        return body(
                url,
                send(HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body.toString()))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest built = request.timeout(LIMIT).build();
        try {
            return client.send(built, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DemoRefusedException(built.uri() + " does not answer: " + e);
        }
    }

    private static JsonNode body(String url, HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new DemoRefusedException(url + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return read(answer.body());
    }
}
