package dev.registrar.temporal;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.tally.ScopeCloseException;
import io.dropwizard.lifecycle.Managed;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.api.namespace.v1.NamespaceConfig;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to Temporal: one client for starting workflows and for the worker, which has to be built from the same
 * client so that a started workflow's first task is returned with the answer to the start ("eager start").
 *
 * <p>The server need not be available: {@link #start()} waits for it at most a second, then keeps trying in the
 * background. Thread-safe.
 */
public final class TemporalConnection implements Managed {

    private static final Logger LOGGER = LoggerFactory.getLogger(TemporalConnection.class);

    /**
     * How long a request that has to start its workflow itself may spend on it: leaves half a second of the two in which it
     * must be answered.
     */
    public static final Duration START_LIMIT = Duration.ofMillis(1_500);

    private static final Duration FIRST_ANSWER_LIMIT = Duration.ofSeconds(1);
    private static final Duration REFUSAL_LIMIT = Duration.ofMillis(300);
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(3);
    private static final Duration RETENTION_LIMIT = Duration.ofSeconds(2);
    private static final Duration STARTS_LIMIT = Duration.ofSeconds(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final TemporalFactory configuration;
    private final TemporalEndpoint endpoint;
    private final DataConverter dataConverter;
    private final Scope scope;
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;
    private final ScheduledExecutorService timer = scheduler("temporal-deadline");
    private final CallDeadline deadline = new CallDeadline(timer);
    private final DetachedCalls detached = new DetachedCalls(deadline);
    private final ReachabilityMonitor monitor;

    TemporalConnection(
            TemporalFactory configuration,
            TemporalEndpoint endpoint,
            MeterRegistry registry,
            List<PayloadCodec> codecs) {
        this.dataConverter = new SharedValues(PayloadJson.dataConverter(codecs));
        this.configuration = configuration;
        this.endpoint = endpoint;
        FailureSeries.begin(registry, configuration.namespace(), configuration.taskQueue());
        this.scope = new RootScopeBuilder()
                .reporter(new SdkMetricsReporter(registry))
                .reportEvery(com.uber.m3.util.Duration.ofSeconds(2));
        this.stubs = WorkflowServiceStubs.newServiceStubs(stubsOptions());
        this.client = WorkflowClient.newInstance(stubs, clientOptions());
        this.monitor = new ReachabilityMonitor(target(), this::probe);
    }

    /** The client, whose calls retry without a time limit; see {@link #withDeadline}. */
    public WorkflowClient client() {
        return client;
    }

    public String namespace() {
        return configuration.namespace();
    }

    public String taskQueue() {
        return configuration.taskQueue();
    }

    /** How the server is named in the log: its address, or that it is embedded. */
    public String target() {
        return endpoint.target();
    }

    /**
     * Options for starting a workflow on this connection's task queue, eagerly if a worker of this process has
     * capacity.
     */
    public WorkflowOptions.Builder workflowOptions() {
        return WorkflowOptions.newBuilder().setTaskQueue(taskQueue()).setDisableEagerExecution(false);
    }

    /** Whether the server answered recently. False until its first answer. */
    public boolean isReachable() {
        return monitor.isReachable();
    }

    /** Calls this at each change, with whether the server is reachable now; it must neither block nor throw. */
    public void onReachable(Consumer<Boolean> listener) {
        monitor.onChange(listener);
    }

    /**
     * Runs calls of the client with a limit on their total time, including retries. While the server is known to be
     * unreachable it is not called at all, so that an outage does not cost every caller the full limit.
     *
     * @throws TemporalUnavailableException no answer within the limit, or the server is unreachable. The start may
     *     still have happened; then its eager first task is lost and handed out again after the workflow task's
     *     time-out
     */
    public <T> T withDeadline(Duration limit, Supplier<T> call) {
        requireReachable();
        T result = deadline.within(limit, call);
        monitor.answered();
        return result;
    }

    /**
     * Begins a start without waiting for it. It has some seconds, so that the eager first task of a late answer is not
     * lost.
     *
     * @return what the call returns or throws; a {@link TemporalUnavailableException}, at once, while the server is known to be
     *     unreachable
     */
    public <T> CompletableFuture<T> begin(Supplier<T> call) {
        if (!isReachable()) {
            return CompletableFuture.failedFuture(unreachable());
        }
        return detached.begin(() -> {
            T result = call.get();
            monitor.answered();
            return result;
        });
    }

    /** Waits for the starts under way, at most for 2 s. */
    void awaitStarts() {
        detached.await(STARTS_LIMIT);
    }

    private void requireReachable() {
        if (!isReachable()) {
            throw unreachable();
        }
    }

    private TemporalUnavailableException unreachable() {
        return new TemporalUnavailableException("Temporal at " + target() + " cannot be reached");
    }

    /** Pings the server; throws gRPC's exception if there is no answer within the limit. */
    void probe(Duration limit) {
        stubs.blockingStub()
                .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                .getSystemInfo(GetSystemInfoRequest.getDefaultInstance());
    }

    /**
     * How long the server keeps closed workflows; empty if they do not outlive this process.
     *
     * @throws TemporalUnavailableException no answer
     */
    public Optional<Duration> retention() {
        return withDeadline(RETENTION_LIMIT, () -> {
            NamespaceConfig namespace = stubs.blockingStub()
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace())
                            .build())
                    .getConfig();
            return namespace.hasWorkflowExecutionRetentionTtl()
                    ? Optional.of(Duration.ofSeconds(
                            namespace.getWorkflowExecutionRetentionTtl().getSeconds()))
                    : Optional.empty();
        });
    }

    /**
     * Replaces the in-process server by an empty one if it keeps too many workflows; an external server is left alone.
     *
     * @param anyRunning whether a workflow is running that would be lost; asked only if there are too many
     * @return whether it was replaced: workflows that were running have to be started again
     */
    public boolean renewServer(BooleanSupplier anyRunning) {
        EmbeddedServer server = endpoint.embedded();
        return server != null && server.restartIfFull(anyRunning);
    }

    /** Waits until the server has answered for the first time. */
    void awaitFirstAnswer() throws InterruptedException {
        monitor.awaitFirstAnswer();
    }

    WorkerConfiguration worker() {
        return configuration.worker();
    }

    CallDeadline deadline() {
        return deadline;
    }

    @Override
    public void start() throws InterruptedException {
        monitor.start();
        // In the usual case the server answers before the service opens its port.
        monitor.awaitFirstAnswer(FIRST_ANSWER_LIMIT);
        // Even without an answer: refused credentials do not count as one.
        requireNamespace(isReachable() ? WARM_UP_LIMIT : REFUSAL_LIMIT);
        if (isReachable()) {
            warmUp();
        }
    }

    /**
     * Checks once that the server answers and knows the namespace; an alternative to {@link #start()}.
     *
     * @throws IllegalStateException with one sentence
     */
    public void check() {
        try {
            probe(WARM_UP_LIMIT);
        } catch (StatusRuntimeException e) {
            switch (e.getStatus().getCode()) {
                case PERMISSION_DENIED, UNAUTHENTICATED -> LOGGER.debug("reported with the namespace", e);
                default -> throw new IllegalStateException("Temporal at " + target() + " cannot be reached.", e);
            }
        }
        requireNamespace(WARM_UP_LIMIT);
    }

    /** If the server is not available yet, the worker detects the same later and logs it. */
    private void requireNamespace(Duration limit) {
        try {
            stubs.blockingStub()
                    .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace())
                            .build());
        } catch (StatusRuntimeException e) {
            switch (e.getStatus().getCode()) {
                case NOT_FOUND ->
                    throw new IllegalStateException(
                            "Temporal at " + target() + " has no namespace " + namespace()
                                    + ": create it, or set temporal.namespace.",
                            e);
                case PERMISSION_DENIED, UNAUTHENTICATED ->
                    throw new IllegalStateException(
                            "Temporal at " + target() + " refuses our credentials for namespace " + namespace()
                                    + ": see temporal.tls, temporal.apiKey and temporal.apiKeyFile.",
                            e);
                default -> LOGGER.debug("the namespace could not be checked", e);
            }
        }
    }

    /** The first call of a JVM loads classes for about a second: better now than during a request. */
    private void warmUp() {
        try {
            withDeadline(
                    WARM_UP_LIMIT,
                    () -> client.newUntypedWorkflowStub("warm-up-" + UUID.randomUUID())
                            .describe()
                            .getStatus());
        } catch (WorkflowNotFoundException e) {
            // As expected: there is none.
        } catch (RuntimeException e) {
            LOGGER.debug("no answer to the first call", e);
        }
    }

    /** To be stopped after its workers. Also releases the resources of a connection that never started. */
    @Override
    public void stop() throws ScopeCloseException {
        monitor.stop();
        awaitStarts();
        detached.stop();
        stubs.shutdown();
        if (!stubs.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            stubs.shutdownNow();
            stubs.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
        timer.shutdownNow();
        try {
            scope.close();
        } finally {
            EmbeddedServer server = endpoint.embedded();
            if (server != null) {
                server.shutdown();
            }
        }
    }

    private WorkflowServiceStubsOptions stubsOptions() {
        return endpoint.options()
                .setMetricsScope(scope)
                // The very first call waits for this one, each caller in turn.
                .setSystemInfoTimeout(Duration.ofSeconds(1))
                // gRPC's own back-off before reconnecting grows to two minutes.
                .setConnectionBackoffResetFrequency(Duration.ofSeconds(2))
                .build();
    }

    private WorkflowClientOptions clientOptions() {
        WorkflowClientOptions.Builder options = WorkflowClientOptions.newBuilder()
                .setNamespace(configuration.namespace())
                .setDataConverter(dataConverter);
        String identity = configuration.identity();
        if (identity != null) {
            options.setIdentity(identity);
        }
        if (!endpoint.workerHeartbeats()) {
            options.setWorkerHeartbeatInterval(Duration.ofSeconds(-1));
        }
        return options.build();
    }

    /** One daemon thread of this name. */
    static ScheduledThreadPoolExecutor scheduler(String name) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRemoveOnCancelPolicy(true);
        return scheduler;
    }

    /**
     * The server did not answer in time, or could not be reached at all. The outcome is unknown: the request may have
     * been executed and only its answer lost.
     */
    public static final class TemporalUnavailableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public TemporalUnavailableException(String message) {
            super(message);
        }

        public TemporalUnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
