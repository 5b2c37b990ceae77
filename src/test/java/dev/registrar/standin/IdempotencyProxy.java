package dev.registrar.standin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Adds what localstripe lacks: replays status and body by {@code Idempotency-Key}, including 500s, as Stripe's v1 does,
 * and refuses a key with a different body. Removes the filter {@code created}, which localstripe refuses. Can also lose
 * responses.
 */
public final class IdempotencyProxy implements AutoCloseable {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stored(String request, int status, byte[] body) {}

    private final URI origin;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Stored> stored = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile @Nullable String losing;
    private volatile @Nullable String failing;

    public IdempotencyProxy(URI origin) throws IOException {
        this.origin = origin;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public int requests() {
        return requests.get();
    }

    /** The next POST to a path with this end takes effect, and its connection closes without a response. */
    public void loseAnswerOf(String pathEnd) {
        losing = pathEnd;
    }

    /** The next POST to a path with this end fails with a 500, which is stored. */
    public void storeErrorOf(String pathEnd) {
        failing = pathEnd;
    }

    private void serve(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        String request = path + "?" + new String(body, StandardCharsets.US_ASCII);
        Stored answer = key == null ? null : stored.get(key);
        if (answer != null && !answer.request().equals(request)) {
            answer = new Stored(
                    request, 400, "{\"error\":{\"type\":\"idempotency_error\"}}".getBytes(StandardCharsets.UTF_8));
        }
        if (answer == null) {
            answer = executed(exchange, path, request, body);
            if (key != null && answer.status() != 400) {
                stored.put(key, answer);
            }
        }
        if (exchange.getRequestMethod().equals("POST") && losing != null && path.endsWith(losing)) {
            losing = null;
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
        exchange.close();
    }

    private Stored executed(HttpExchange exchange, String path, String request, byte[] body) throws IOException {
        if (failing != null && path.endsWith(failing)) {
            failing = null;
            return new Stored(request, 500, "{\"error\":{\"type\":\"api_error\"}}".getBytes(StandardCharsets.UTF_8));
        }
        String query = exchange.getRequestURI().getRawQuery();
        String kept = query == null ? "" : "?" + query.replaceAll("created%5B[a-z]*%5D=[0-9]*&?", "");
        HttpRequest.Builder forwarded = HttpRequest.newBuilder(origin.resolve(path + kept))
                .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"));
        if (exchange.getRequestMethod().equals("POST")) {
            forwarded.header("Content-Type", "application/x-www-form-urlencoded");
            forwarded.POST(HttpRequest.BodyPublishers.ofByteArray(body));
        }
        try {
            HttpResponse<byte[]> answer = client.send(forwarded.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Stored(request, answer.statusCode(), answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
