package dev.registrar.standin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Toxiproxy: lines to other programs on the loopback interface that lose requests or responses on demand. Thread-safe.
 */
public final class Toxiproxy implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Toxiproxy draws once per connection whether a partial fault hits it, and again whenever the fault changes. */
    private static final long DRAW_MILLIS = 20;

    private static final Duration PASSING = Duration.ofMillis(100);

    /** Toxiproxy's answer to a request that takes more than 25 s. */
    private static final int BUSY = 503;

    private static final int REMOVALS = 2;

    private final FreePorts ports = new FreePorts();
    private final StandInHttp http = new StandInHttp();
    private final ScheduledExecutorService draws = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "toxiproxy-draws");
        thread.setDaemon(true);
        return thread;
    });
    private final URI api;
    private final Program program;

    private Toxiproxy(URI api, Program program) {
        this.api = api;
        this.program = program;
    }

    /**
     * Starts it and returns once it responds.
     *
     * @param directory for its output
     */
    public static Toxiproxy start(Path directory) {
        int port = new FreePorts().next();
        Program program = Program.start(
                directory,
                "toxiproxy",
                Map.of(),
                List.of(RequiredTool.TOXIPROXY.file().toString()),
                List.of("-host", "127.0.0.1", "-port", Integer.toString(port)));
        Listening.await("Toxiproxy", program, port);
        return new Toxiproxy(URI.create("http://127.0.0.1:" + port), program);
    }

    /**
     * Creates a line.
     *
     * @param name unique, letters only
     * @param upstream the loopback port to which it leads
     */
    public Line lineTo(String name, int upstream) {
        int port = ports.next();
        expect(
                201,
                send(
                        "POST",
                        "/proxies",
                        Map.of("name", name, "listen", "127.0.0.1:" + port, "upstream", "127.0.0.1:" + upstream)));
        return new Line(name, port);
    }

    private void expect(int wanted, int status) {
        if (status != wanted) {
            throw new AssertionError("Toxiproxy answers " + status + ", not " + wanted + ":\n" + program.output());
        }
    }

    private int send(String method, String path, @Nullable Object body) {
        try {
            return http.exchange(HttpRequest.newBuilder(api.resolve(path))
                            .timeout(LIMIT)
                            .method(
                                    method,
                                    body == null
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                            .build())
                    .statusCode();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() {
        draws.shutdownNow();
        program.close();
    }

    /**
     * One line. It has one fault at a time, which holds until the next one is set or {@link #heal}, for open and new
     * connections.
     */
    public final class Line {

        private final String name;
        private final int port;
        private boolean faulty;
        private boolean delaying;
        private boolean refusing;
        private int fault;
        private @Nullable ScheduledFuture<?> drawing;

        private Line(String name, int port) {
            this.name = name;
            this.port = port;
        }

        /** The loopback port to connect to. */
        public int port() {
            return port;
        }

        public URI url() {
            return URI.create("http://127.0.0.1:" + port);
        }

        /** Requests do not arrive; their connections close. */
        public void loseRequests() {
            cutRequestsAfter(0);
        }

        /** A connection closes once it has carried this many bytes of requests. */
        public void cutRequestsAfter(long bytes) {
            set("limit_data", "upstream", 1, Map.of("bytes", bytes));
        }

        /** Requests arrive; their connections close before the first byte of the response. */
        public void loseAnswers() {
            cutAnswersAfter(0);
        }

        /** A connection closes once it has carried this many bytes of responses. */
        public void cutAnswersAfter(long bytes) {
            set("limit_data", "downstream", 1, Map.of("bytes", bytes));
        }

        /** Requests arrive; their connections are reset before the response. */
        public void resetAnswers() {
            set("reset_peer", "downstream", 1, Map.of("timeout", 0));
        }

        /** Requests arrive; their responses do not, and the connections stay open. */
        public void holdAnswers() {
            set("timeout", "downstream", 1, Map.of("timeout", 0));
        }

        /** Neither requests nor responses arrive, and the connections stay open. */
        public void holdRequests() {
            set("timeout", "upstream", 1, Map.of("timeout", 0));
        }

        /** Requests arrive this much later. */
        public void delayRequests(Duration time) {
            delay("latency", "upstream", Map.of("latency", time.toMillis()));
        }

        /** Responses arrive this much later. */
        public void delayAnswers(Duration time) {
            delay("latency", "downstream", Map.of("latency", time.toMillis()));
        }

        /** Responses arrive in pieces of a few bytes. */
        public void sliceAnswers() {
            delay("slicer", "downstream", Map.of("average_size", 40, "size_variation", 30, "delay", 200));
        }

        private synchronized void delay(String type, String stream, Map<String, ?> attributes) {
            set(type, stream, 1, attributes);
            delaying = true;
        }

        /** Open connections close, and new ones are refused. */
        public synchronized void refuse() {
            heal();
            expect(200, send("POST", "/proxies/" + name, Map.of("enabled", false)));
            refusing = true;
        }

        /**
         * Requests arrive; this share of responses, drawn at random, is lost as by {@link #loseAnswers()}. Persistent
         * connections are drawn again every {@value #DRAW_MILLIS} ms: if responses are further apart, more of them are
         * lost.
         *
         * @param share 0 to 1
         */
        public synchronized void loseAnswers(double share) {
            Map<String, Object> attributes = Map.of("bytes", 0);
            set("limit_data", "downstream", share, attributes);
            String place = place();
            drawing = draws.scheduleWithFixedDelay(
                    () -> send("PATCH", place, Map.of("toxicity", share, "attributes", attributes)),
                    DRAW_MILLIS,
                    DRAW_MILLIS,
                    TimeUnit.MILLISECONDS);
        }

        private synchronized void set(String type, String stream, double share, Map<String, ?> attributes) {
            heal();
            // A unique name: a change still in progress must not affect the next fault.
            fault++;
            expect(
                    200,
                    send(
                            "POST",
                            "/proxies/" + name + "/toxics",
                            Map.of(
                                    "name",
                                    "fault" + fault,
                                    "type",
                                    type,
                                    "stream",
                                    stream,
                                    "toxicity",
                                    share,
                                    "attributes",
                                    attributes)));
            faulty = true;
        }

        /** Ends the fault. */
        public synchronized void heal() {
            ScheduledFuture<?> running = drawing;
            if (running != null) {
                running.cancel(false);
                drawing = null;
            }
            if (refusing) {
                expect(200, send("POST", "/proxies/" + name, Map.of("enabled", true)));
                refusing = false;
            }
            if (delaying) {
                passOn();
                delaying = false;
            }
            if (faulty) {
                remove();
                faulty = false;
            }
        }

        /**
         * Lets go of what is delayed: while Toxiproxy removes a fault, it waits 5 s for every packet to a client that
         * has died.
         */
        private void passOn() {
            expect(200, send("PATCH", place(), Map.of("toxicity", 0, "attributes", Map.of())));
            Poll.pass(PASSING);
        }

        private void remove() {
            int status = send("DELETE", place(), null);
            for (int i = 0; i < REMOVALS && status == BUSY; i++) {
                status = send("DELETE", place(), null);
                // The first request has removed it in the meantime.
                status = status == 404 ? 204 : status;
            }
            expect(204, status);
        }

        private String place() {
            return "/proxies/" + name + "/toxics/fault" + fault;
        }
    }
}
