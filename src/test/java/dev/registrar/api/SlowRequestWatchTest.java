package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RawHttp.Reply;
import dev.registrar.flow.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlowRequestWatchTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static final int THREADS = 12;

    private final Server server = new Server(new QueuedThreadPool(THREADS));
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    @BeforeEach
    void start() throws Exception {
        connector.addBean(new SlowRequestWatch(connector, Duration.ofSeconds(1), 100));
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws IOException {
                Content.Source.asInputStream(request).readAllBytes();
                response.setStatus(HttpStatus.NO_CONTENT_204);
                callback.succeeded();
                return true;
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void connectionThatSendsNothingIsClosed() throws Exception {
        try (RawHttp http = new RawHttp(connector.getLocalPort())) {
            Reply reply = http.read((int) LIMIT.toMillis());

            assertThat(reply.closed()).isTrue();
            assertThat(reply.text()).isEmpty();
        }
    }

    /** Simulates a machine so busy that the selector does not run. */
    @Test
    void requestThatArrivedIsAnsweredThoughTheServiceIsTooBusyToNoticeIt() throws Exception {
        CountDownLatch turn = new CountDownLatch(1);
        try (RawHttp http = new RawHttp(connector.getLocalPort())) {
            Poll.until(
                    "it is connected",
                    LIMIT,
                    () -> connector.getConnectedEndPoints().size() == 1);
            connector.getSelectorManager().getBean(ManagedSelector.class).submit(selector -> await(turn));

            Reply reply = http.send(REQUEST).read((int) LIMIT.toMillis());

            assertThat(reply.status()).as(reply.text()).isEqualTo(204);
        } finally {
            turn.countDown();
        }
    }

    /** No thread is left to read requests that may have arrived. */
    @Test
    void othersAreServedAlthoughLateRequestsHeldAllThreads() throws Exception {
        List<RawHttp> late = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * THREADS; i++) {
                late.add(new RawHttp(connector.getLocalPort())
                        .send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"));
            }
            Poll.until("no thread is idle", LIMIT, () -> server.getThreadPool().getIdleThreads() == 0);

            Reply reply = RawHttp.exchange(connector.getLocalPort(), REQUEST, (int) LIMIT.toMillis());

            assertThat(reply.status()).as(reply.text()).isEqualTo(204);
        } finally {
            for (RawHttp each : late) {
                each.close();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
