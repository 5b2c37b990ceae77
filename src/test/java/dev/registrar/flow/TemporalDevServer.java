package dev.registrar.flow;

import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Temporal's development server as a child process: the real server, keeping what it knows in a file. Can be killed and
 * started again on the same port and file; never outlives the JVM of the tests.
 */
final class TemporalDevServer implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final String NAMESPACE = "default";

    private final Path directory;
    private final int port = new FreePorts().next();
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private @Nullable Program program;

    /**
     * Not started yet.
     *
     * @param directory gets its file and its output
     */
    TemporalDevServer(Path directory) {
        this.directory = directory;
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + port)
                .setConnectionBackoffResetFrequency(Duration.ofSeconds(1))
                .build());
        client = WorkflowClient.newInstance(stubs);
    }

    /** Starts it, the first time or after an end, and returns when its namespace can be used. */
    TemporalDevServer start() {
        Program started = Program.start(
                directory,
                "temporal",
                // Asks nobody outside for newer versions.
                Map.of("TEMPORAL_VERSION_CHECK_DISABLED", "true"),
                List.of(RequiredTool.TEMPORAL.file().toString()),
                List.of(
                        "server",
                        "start-dev",
                        "--headless",
                        "--log-level",
                        "error",
                        "--port",
                        Integer.toString(port),
                        "--db-filename",
                        directory.resolve("temporal.db").toString()));
        program = started;
        Poll.until("Temporal answers", READY_LIMIT, () -> !started.isAlive() || hasNamespace(), started::output);
        if (!started.isAlive()) {
            throw new AssertionError("Temporal's server ended in its start:\n" + started.output());
        }
        return this;
    }

    private boolean hasNamespace() {
        stubs.blockingStub()
                .withDeadlineAfter(2, TimeUnit.SECONDS)
                .describeNamespace(DescribeNamespaceRequest.newBuilder()
                        .setNamespace(NAMESPACE)
                        .build());
        return true;
    }

    /** {@code kill -9}. */
    void kill() {
        Objects.requireNonNull(program, "not started").kill();
    }

    int port() {
        return port;
    }

    TemporalProbe probe() {
        return new TemporalProbe(client);
    }

    @Override
    public void close() {
        stubs.shutdownNow();
        if (program != null) {
            program.close();
        }
    }
}
