package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.registrar.flow.Poll;
import dev.registrar.temporal.Greetings.Greeting;
import dev.registrar.temporal.Greetings.QuickGreeter;
import dev.registrar.temporal.TemporalBundle.TemporalHealthCheck;
import dev.registrar.temporal.TemporalConnection.TemporalUnavailableException;
import dev.registrar.temporal.TemporalWorker.State;
import io.temporal.client.WorkflowStub;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TemporalConnectionTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.registrar.temporal");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private @Nullable Level levelBefore;

    @BeforeEach
    void listen() {
        log.start();
        levelBefore = logger.getLevel();
        // An earlier test in this JVM may have changed it.
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void unlisten() {
        logger.detachAppender(log);
        logger.setLevel(levelBefore);
    }

    @Test
    void workerPollsWhenTheServerComesUpLater() throws Exception {
        int port = freePort();
        try (TemporalRig rig = new TemporalRig(TemporalRig.at(port), new QuickGreeter())) {
            assertThat(took(rig::start)).isLessThan(Duration.ofSeconds(2));
            assertThat(rig.worker.state()).isEqualTo(State.CONNECTING);
            Duration refused = took(() -> assertThatThrownBy(() -> rig.greet("early", Greeting.local("Ada")))
                    .isInstanceOf(TemporalUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + port));
            assertThat(refused).isLessThan(Duration.ofMillis(200));

            try (TestServer.PortBoundTestServer server = TestServer.createPortBoundServer(port)) {
                assertThat(server).isNotNull();
                Eventually.within(Duration.ofSeconds(10), "polling", () -> rig.worker.state() == State.POLLING);
                WorkflowStub workflow = rig.greet("late", Greeting.local("Ada"));
                assertThat(workflow.getResult(10, TimeUnit.SECONDS, String.class))
                        .isEqualTo("Hello Ada");
                rig.worker.stop();
            }
        }

        assertThat(lines(Level.WARN)).singleElement().asString().contains("127.0.0.1:" + port, "cannot be reached");
        assertThat(lines(Level.INFO))
                .filteredOn(line -> line.startsWith("Connected to Temporal"))
                .hasSize(1);
    }

    /** Until a thread that is due has its core. */
    private static Duration slack() {
        return Duration.ofMillis(Math.round(100 * Poll.stretch()));
    }

    @Test
    void startGivesUpInTimeWhenTheServerHangs() throws Exception {
        try (ServerSocket hole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TemporalRig rig = new TemporalRig(TemporalRig.at(hole.getLocalPort()), new QuickGreeter())) {
            assertThat(took(rig::start)).isLessThan(Duration.ofMillis(1_500));
            assertThat(took(() -> assertThatThrownBy(() -> rig.greet("hanging", Greeting.local("Ada")))
                            .isInstanceOf(TemporalUnavailableException.class)))
                    .isLessThan(TemporalConnection.START_LIMIT);

            // Also while the server's health is still unknown.
            assertThat(took(() -> assertThatThrownBy(() -> startUnguarded(rig))
                            .isInstanceOf(TemporalUnavailableException.class)))
                    .isLessThan(TemporalConnection.START_LIMIT.plus(slack()));
        }
    }

    @Test
    void startGivesUpInTimeWhenTheServerGoesAway() throws Exception {
        int port = freePort();
        TestServer.PortBoundTestServer server = TestServer.createPortBoundServer(port);
        try (TemporalRig rig = new TemporalRig(TemporalRig.at(port), new QuickGreeter())) {
            rig.connection.start();
            assertThat(rig.connection.isReachable()).isTrue();
            startUnguarded(rig);
            server.close();

            for (int i = 0; i < 3; i++) {
                Duration took = took(() ->
                        assertThatThrownBy(() -> startUnguarded(rig)).isInstanceOf(TemporalUnavailableException.class));
                assertThat(took).isLessThan(TemporalConnection.START_LIMIT.plus(slack()));
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
            Eventually.within(Duration.ofSeconds(8), "noticed", () -> !rig.connection.isReachable());
        }
    }

    @Test
    void workerStopsWhenTheServerIsGone() throws Exception {
        int port = freePort();
        TestServer.PortBoundTestServer server = TestServer.createPortBoundServer(port);
        try (TemporalRig rig = new TemporalRig(TemporalRig.at(port), new QuickGreeter()).start()) {
            assertThat(rig.worker.state()).isEqualTo(State.POLLING);
            rig.greet("x", Greeting.local("Ada")).getResult(10, TimeUnit.SECONDS, String.class);
            server.close();

            assertThat(took(rig.worker::stop)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void workerStopsPollingWhileTheServerIsAwayAndContinuesAtItsReturn() throws Exception {
        int port = freePort();
        TestServer.PortBoundTestServer server = TestServer.createPortBoundServer(port);
        try (TemporalRig rig = new TemporalRig(TemporalRig.at(port), new QuickGreeter()).start()) {
            Eventually.within(Duration.ofSeconds(10), "polling", () -> rig.worker.state() == State.POLLING);
            assertThat(pollers()).isNotEmpty().noneMatch(TemporalConnectionTest::isSuspended);
            server.close();
            Eventually.within(
                    Duration.ofSeconds(30),
                    "no thread polls or waits for its next poll",
                    () -> pollers().stream().allMatch(TemporalConnectionTest::isSuspended));

            try (TestServer.PortBoundTestServer again = TestServer.createPortBoundServer(port)) {
                assertThat(again).isNotNull();
                Eventually.within(Duration.ofSeconds(10), "connected", rig.connection::isReachable);
                WorkflowStub workflow = rig.greet("back", Greeting.durable("Ada", Duration.ofSeconds(10)));
                assertThat(workflow.getResult(10, TimeUnit.SECONDS, String.class))
                        .isEqualTo("Hello Ada");
                assertThat(rig.worker.state()).isEqualTo(State.POLLING);
            }
        }
    }

    private static List<StackTraceElement[]> pollers() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().matches("(Workflow|Activity) Poller.*"))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static boolean isSuspended(StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(frame -> frame.getClassName().equals(CountDownLatch.class.getName()));
    }

    @Test
    void healthCheckSaysWhichServerDoesNotAnswer() throws Exception {
        try (ServerSocket hole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TemporalRig rig = new TemporalRig(TemporalRig.at(hole.getLocalPort()), new QuickGreeter())) {
            TemporalHealthCheck check = new TemporalHealthCheck(rig.connection);

            Duration took = took(() -> assertThat(check.execute().getMessage())
                    .contains("127.0.0.1:" + hole.getLocalPort(), "DEADLINE_EXCEEDED"));

            assertThat(took).isLessThan(Duration.ofMillis(900));
        }
    }

    /** A start that calls the server even if the monitor knows that it is down. */
    private static void startUnguarded(TemporalRig rig) {
        rig.connection.deadline().within(TemporalConnection.START_LIMIT, () -> {
            WorkflowStub workflow = rig.connection
                    .client()
                    .newUntypedWorkflowStub(
                            "GreetingWorkflow", rig.connection.workflowOptions().build());
            return workflow.start(Greeting.local("Ada"));
        });
    }

    private static Duration took(ThrowingCallable call) throws Exception {
        long begun = System.nanoTime();
        try {
            call.call();
        } catch (Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private List<String> lines(Level level) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
