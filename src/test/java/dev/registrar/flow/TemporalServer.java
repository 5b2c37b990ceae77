package dev.registrar.flow;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real Temporal server as a child process with persistent state. It can be killed and restarted on the same port, and
 * never outlives the test JVM.
 */
public abstract class TemporalServer implements AutoCloseable {

    static final String NAMESPACE = "default";

    /** Disables the check for newer versions. */
    static final Map<String, String> ENVIRONMENT = Map.of("TEMPORAL_VERSION_CHECK_DISABLED", "true");

    private static final Duration READY_LIMIT = Duration.ofSeconds(90);

    /** Enough workflow ids to reach every shard of the server; the shards become available one after the other. */
    private static final int IDS = 16;

    private final Path directory;
    private final int port = new FreePorts().next();
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private @Nullable Program program;

    /**
     * @param directory for its files and its output
     */
    TemporalServer(Path directory) {
        this.directory = directory;
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + port)
                .setConnectionBackoffResetFrequency(Duration.ofSeconds(1))
                .build());
        client = WorkflowClient.newInstance(stubs);
    }

    /**
     * The server that the flows run on: the development server, or the production server with {@code
     * -Dtemporal.server=production}.
     */
    static TemporalServer chosen(Path directory) {
        return isProductionChosen() ? new TemporalProductionServer(directory) : new TemporalDevServer(directory);
    }

    /** What {@link #chosen} requires. */
    static RequiredTool chosenTool() {
        return isProductionChosen() ? RequiredTool.TEMPORAL_SERVER : RequiredTool.TEMPORAL;
    }

    private static boolean isProductionChosen() {
        String name = System.getProperty("temporal.server", "dev");
        return switch (name) {
            case "dev" -> false;
            case "production" -> true;
            default -> throw new IllegalArgumentException("temporal.server is dev or production, not " + name);
        };
    }

    /** Starts or restarts the process. */
    abstract Program launch();

    /** Whether the namespace exists; polled until it does. */
    abstract boolean hasNamespace();

    /** Starts or restarts it and returns once workflows can be started. */
    public TemporalServer start() {
        Program started = launch();
        program = started;
        Poll.until(
                "Temporal answers",
                READY_LIMIT,
                () -> !started.isAlive() || (hasNamespace() && servesWorkflows()),
                started::output);
        if (!started.isAlive()) {
            throw new AssertionError("Temporal's server ended in its start:\n" + started.output());
        }
        return this;
    }

    private boolean servesWorkflows() {
        for (int i = 0; i < IDS; i++) {
            try {
                stubs.blockingStub()
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                                .setNamespace(NAMESPACE)
                                .setExecution(WorkflowExecution.newBuilder().setWorkflowId("no-such-workflow-" + i))
                                .build());
            } catch (StatusRuntimeException e) {
                boolean answered = e.getStatus().getCode() == Status.Code.NOT_FOUND
                        && !String.valueOf(e.getMessage()).contains("Namespace");
                if (!answered) {
                    throw e;
                }
            }
        }
        return true;
    }

    /** {@code kill -9}. */
    public void kill() {
        program().kill();
    }

    public int port() {
        return port;
    }

    public long pid() {
        return program().pid();
    }

    public TemporalProbe probe() {
        return new TemporalProbe(client);
    }

    Path directory() {
        return directory;
    }

    WorkflowServiceStubs stubs() {
        return stubs;
    }

    private Program program() {
        return Objects.requireNonNull(program, "not started");
    }

    @Override
    public void close() {
        stubs.shutdownNow();
        if (program != null) {
            program.close();
        }
    }
}
