package dev.registrar.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.registrar.flow.Poll;
import dev.registrar.flow.RequiredTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The effects of a line's faults on requests and responses, on which other tests rely. */
@Tag("providers")
class ToxiproxyIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.TOXIPROXY;

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(4);

    @TempDir
    Path directory;

    private final AtomicInteger arrived = new AtomicInteger();
    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer server;
    private Toxiproxy proxy;
    private Toxiproxy.Line line;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            arrived.incrementAndGet();
            connections.add(exchange.getRemoteAddress());
            byte[] body = "an answer".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        proxy = Toxiproxy.start(directory);
        line = proxy.lineTo("echo", server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        proxy.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private boolean isAnswered() throws InterruptedException {
        // Not a GET, which the client would retry by itself.
        HttpRequest request = HttpRequest.newBuilder(line.url())
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString("a request"))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .equals("an answer");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void requestsAreLostBeforeAndAnswersAfterTheyArrived() throws Exception {
        assertThat(isAnswered()).isTrue();
        assertThat(arrived).hasValue(1);

        line.loseRequests();
        assertThat(isAnswered()).isFalse();
        assertThat(arrived).hasValue(1);

        line.loseAnswers();
        assertThat(isAnswered()).isFalse();
        assertThat(arrived).hasValue(2);

        line.cutAnswersAfter(30);
        assertThat(isAnswered()).isFalse();
        assertThat(arrived).hasValue(3);

        line.resetAnswers();
        assertThat(isAnswered()).isFalse();
        assertThat(arrived).hasValue(4);

        line.holdAnswers();
        assertThat(isAnswered()).isFalse();
        assertThat(arrived).hasValue(5);

        line.heal();
        assertThat(isAnswered()).isTrue();
        assertThat(arrived).hasValue(6);
    }

    @Test
    void shareOfTheAnswersIsLostAlsoOnConnectionsThatAreKept() throws Exception {
        line.loseAnswers(0.25);
        int lost = 0;

        for (int i = 0; i < 200; i++) {
            lost += isAnswered() ? 0 : 1;
            // Further apart than the draws.
            long next = System.nanoTime() + Duration.ofMillis(25).toNanos();
            Poll.until("the next one is due", PATIENCE, () -> System.nanoTime() >= next);
        }

        assertThat(arrived).hasValue(200);
        // At least 50 minus four standard deviations; on a slow machine there are several draws for each.
        assertThat(lost).isBetween(25, 175);
        // Each lost response closes its connection, and nothing else does.
        assertThat(connections).hasSizeBetween(lost, lost + 1);

        line.heal();
        assertThat(isAnswered()).isTrue();
    }

    @Test
    void delayedLineHealsAtOnceAlthoughItsClientHasDied() throws Exception {
        int requests = 20;
        line.delayAnswers(Duration.ofSeconds(30));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), line.port())) {
            for (int i = 0; i < requests; i++) {
                socket.getOutputStream()
                        .write("POST / HTTP/1.1\r\nHost: echo\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            }
            Poll.until("all have arrived", LIMIT, () -> arrived.get() == requests);
            socket.setSoLinger(true, 0);
        }

        long begun = System.nanoTime();
        line.heal();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT);
        assertThat(isAnswered()).isTrue();
    }
}
