package dev.registrar.profile.scim;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy that can lose a request or its response: then the connection closes. */
final class LosingProxy implements AutoCloseable {

    private static final Set<String> PASSED = Set.of("authorization", "accept", "content-type", "if-match");

    private final URI origin;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> lostRequests = ConcurrentHashMap.newKeySet();
    private final Set<String> lostAnswers = ConcurrentHashMap.newKeySet();
    private final List<String> passed = new CopyOnWriteArrayList<>();

    LosingProxy(URI origin) throws IOException {
        this.origin = origin;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + origin.getPath());
    }

    /** The next request with this method does not arrive. */
    void loseRequestBy(String method) {
        lostRequests.add(method);
    }

    /** The next request with this method is executed, and its response is lost. */
    void loseAnswerTo(String method) {
        lostAnswers.add(method);
    }

    /** The methods of the requests that arrived. */
    List<String> passed() {
        return List.copyOf(passed);
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String method = exchange.getRequestMethod();
            if (lostRequests.remove(method)) {
                return;
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            origin.resolve(exchange.getRequestURI().toString()))
                    .version(HttpClient.Version.HTTP_1_1)
                    .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (PASSED.contains(name.toLowerCase(Locale.ROOT))) {
                    request.header(name, values.get(0));
                }
            });
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            passed.add(method);
            if (lostAnswers.remove(method)) {
                return;
            }
            answer.headers()
                    .firstValue("ETag")
                    .ifPresent(etag -> exchange.getResponseHeaders().set("ETag", etag));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            if (answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
