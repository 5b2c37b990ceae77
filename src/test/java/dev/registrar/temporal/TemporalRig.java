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

/** A connection with one greeting worker, both started by the test and stopped by it or at close. */
final class TemporalRig implements AutoCloseable {

    static final TemporalFactory EMBEDDED =
            new EmbeddedTemporalFactory("default", "greetings", "tester", WorkerConfiguration.defaults());

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final TemporalConnection connection;
    final TemporalWorker worker;

    TemporalRig(TemporalFactory factory, Greeter greeter) {
        connection = factory.open(registry);
        worker = TemporalWorker.on(connection)
                .workflows(GreetingWorkflowImpl.class)
                .activities(greeter)
                .build();
    }

    static ClusterTemporalFactory at(int port) {
        return new ClusterTemporalFactory(
                "127.0.0.1:" + port, "default", "greetings", "tester", WorkerConfiguration.defaults());
    }

    TemporalRig start() throws InterruptedException {
        connection.start();
        worker.start();
        return this;
    }

    WorkflowStub greet(String id, Greeting greeting) {
        GreetingWorkflow workflow = connection
                .client()
                .newWorkflowStub(
                        GreetingWorkflow.class,
                        connection.workflowOptions().setWorkflowId(id).build());
        connection.withDeadline(TemporalConnection.START_LIMIT, () -> WorkflowClient.start(workflow::run, greeting));
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
        } catch (InterruptedException | ScopeCloseException e) {
            throw new IllegalStateException(e);
        }
    }
}
