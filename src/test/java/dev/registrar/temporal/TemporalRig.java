package dev.registrar.temporal;

import com.uber.m3.tally.ScopeCloseException;
import dev.registrar.temporal.Greetings.Greeter;
import dev.registrar.temporal.Greetings.Greeting;
import dev.registrar.temporal.Greetings.GreetingWorkflow;
import dev.registrar.temporal.Greetings.GreetingWorkflowImpl;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.codec.PayloadCodec;
import java.time.Duration;
import java.util.List;

/** A connection with one greeting worker; the test starts both, and the test or close stops them. */
final class TemporalRig implements AutoCloseable {

    static final TemporalFactory EMBEDDED =
            new EmbeddedTemporalFactory("default", "greetings", "tester", WorkerConfiguration.defaults(), null);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final TemporalConnection connection;
    final TemporalWorker worker;

    TemporalRig(TemporalFactory factory, Greeter greeter) {
        this(factory, greeter, List.of());
    }

    TemporalRig(TemporalFactory factory, Greeter greeter, List<PayloadCodec> codecs) {
        connection = factory.open(registry, codecs);
        worker = TemporalWorker.on(connection)
                .workflows(GreetingWorkflowImpl.class)
                .calls(attempt -> ApplicationFailure.newFailure("paused", "held"), greeter)
                .build();
    }

    @SuppressWarnings("NullAway") // null means the default
    static ClusterTemporalFactory at(int port) {
        return new ClusterTemporalFactory(
                "127.0.0.1:" + port, "default", "greetings", "tester", null, null, null, null, null, null, null);
    }

    TemporalRig start() throws InterruptedException {
        connection.start();
        worker.start();
        return this;
    }

    /** With a limit that a busy machine does not reach. */
    WorkflowStub greet(String id, Greeting greeting) {
        return greet(id, greeting, Duration.ofSeconds(10));
    }

    WorkflowStub greet(String id, Greeting greeting, Duration startLimit) {
        GreetingWorkflow workflow = connection
                .client()
                .newWorkflowStub(
                        GreetingWorkflow.class,
                        connection.workflowOptions().setWorkflowId(id).build());
        connection.withDeadline(startLimit, () -> WorkflowClient.start(workflow::run, greeting));
        return WorkflowStub.fromTyped(workflow);
    }

    long events(String id, EventType type) {
        return connection.client().fetchHistory(id).getEvents().stream()
                .filter(event -> event.getEventType() == type)
                .count();
    }

    @Override
    public void close() {
        try {
            if (worker.state() != TemporalWorker.State.STOPPED) {
                worker.stop();
            }
            connection.stop();
        } catch (ScopeCloseException e) {
            throw new IllegalStateException(e);
        }
    }
}
