package dev.registrar.flow;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A plain HTTP client for one port of the loopback interface. Thread-safe. */
public final class WebClient {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final int port;
    private volatile HttpClient http = connectionless();

    public WebClient(int port) {
        this.port = port;
    }

    private static HttpClient connectionless() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /** Drops all connections: the server behind the port has changed. */
    public void forgetConnections() {
        http = connectionless();
    }

    public int port() {
        return port;
    }

    public Answer get(String path) {
        return call("GET", path, "");
    }

    /** @param headers name, value, name, value… */
    public Answer call(String method, String path, String body, String... headers) {
        try {
            return callLater(method, path, body, headers).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException io ? new UncheckedIOException(io) : e;
        }
    }

    public CompletableFuture<Answer> callLater(String method, String path, String body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        long start = System.nanoTime();
        return http.sendAsync(builder.build(), BodyHandlers.ofString())
                .thenApply(response -> new Answer(response, Duration.ofNanos(System.nanoTime() - start)));
    }

    /** @param took from the call to the complete response */
    public record Answer(HttpResponse<String> response, Duration took) {

        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode json() {
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(response.body(), e);
            }
        }

        /** A text field of the response; empty if absent. */
        public String text(String field) {
            return json().path(field).asText("");
        }

        @Override
        public String toString() {
            return status() + " " + response.body();
        }
    }
}
