package dev.registrar.temporal;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.InProcessTestServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The in-process server, and the channel to it. The server keeps every workflow, about 8 KB each, until it is replaced by an
 * empty one; the channel stays the same, so clients and workers go on. Thread-safe.
 */
final class EmbeddedServer extends ManagedChannel {

    private static final String START =
            WorkflowServiceGrpc.getStartWorkflowExecutionMethod().getFullMethodName();

    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedServer.class);

    private final int most;
    private final AtomicInteger workflows = new AtomicInteger();
    private volatile InProcessTestServer server = start();

    /** @param most workflows after which it is full */
    EmbeddedServer(int most) {
        this.most = most;
    }

    private static InProcessTestServer start() {
        // "Lock time skipping": time passes normally.
        return TestServer.createServer(true);
    }

    /**
     * Replaces the server by an empty one if it is full and no workflow is running, or keeps twice as many: then calls under
     * way fail as unavailable, and running workflows are forgotten.
     */
    synchronized boolean restartIfFull(BooleanSupplier anyRunning) {
        int kept = workflows.get();
        if (kept < most || (kept < 2L * most && anyRunning.getAsBoolean())) {
            return false;
        }
        InProcessTestServer before = server;
        server = start();
        workflows.set(0);
        before.close();
        LOGGER.info("The embedded Temporal server was replaced by an empty one, after {} workflows", kept);
        return true;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        if (method.getFullMethodName().equals(START)) {
            workflows.incrementAndGet();
        }
        return channel().newCall(method, options);
    }

    private ManagedChannel channel() {
        return server.getChannel();
    }

    @Override
    public String authority() {
        return channel().authority();
    }

    @Override
    public ConnectivityState getState(boolean requestConnection) {
        return channel().getState(requestConnection);
    }

    /** Also ends the server. */
    @Override
    public synchronized ManagedChannel shutdown() {
        server.close();
        return this;
    }

    @Override
    public ManagedChannel shutdownNow() {
        return shutdown();
    }

    @Override
    public boolean isShutdown() {
        return channel().isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return channel().isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return channel().awaitTermination(timeout, unit);
    }
}
