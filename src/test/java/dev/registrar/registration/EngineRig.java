package dev.registrar.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.uber.m3.tally.ScopeCloseException;
import dev.registrar.call.LocalAttempts;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.store.RegistrationStore;
import dev.registrar.temporal.EmbeddedTemporalFactory;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.WorkerConfiguration;
import io.dropwizard.jackson.Jackson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A Temporal server without a worker, so that started workflows do not progress; it can be made unavailable. */
final class EngineRig implements AutoCloseable {

    private final TemporalConnection connection = new EmbeddedTemporalFactory(
                    "default", "registrations", "tester", WorkerConfiguration.defaults(), null)
            .open(new SimpleMeterRegistry(), List.of());
    private final WorkflowEngine engine =
            new WorkflowEngine(connection.client(), connection::workflowOptions, new WorkflowEngine.CallLimits() {
                @Override
                public <T> T within(Duration limit, Supplier<T> call) {
                    if (silent) {
                        throw new IllegalStateException("Temporal does not answer");
                    }
                    return connection.withDeadline(limit, call);
                }
            });
    private volatile boolean silent;

    EngineRig() {
        try {
            connection.start();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void silent(boolean now) {
        silent = now;
    }

    WorkflowEngine engine() {
        return engine;
    }

    TemporalRuns runs(RegistrationStore registrations) {
        return new TemporalRuns(engine, this::begin, registrations, inputs());
    }

    /** At once, so that tests see the workflow. */
    private <T> CompletableFuture<T> begin(Supplier<T> call) {
        try {
            return CompletableFuture.completedFuture(engine.limits().within(Duration.ofSeconds(5), call));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    RegistrationInputFactory inputs() {
        return inputs(Release.PREVIOUS);
    }

    static RegistrationInputFactory inputs(Release features) {
        return new RegistrationInputFactory(
                configuration(),
                Duration.ofSeconds(30),
                new PaymentGuarantees(Duration.ofHours(24), true, Duration.ZERO, false),
                ProviderNames.UNKNOWN,
                new LocalAttempts(Clock.systemUTC()),
                messengers(),
                features);
    }

    /** Both deduplicate and store their texts themselves. */
    public static Messengers messengers() {
        MessageGuarantees day = new MessageGuarantees(Duration.ofHours(24));
        return new Messengers(day, day, "welcome-email-1", "welcome-sms-1");
    }

    static RegistrationConfiguration configuration() {
        try {
            return Jackson.newObjectMapper().readValue("{}", RegistrationConfiguration.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    WorkflowStub workflow(RegistrationId id) {
        return connection.client().newUntypedWorkflowStub(id.toString());
    }

    /** Starts a workflow with the registration's id that the server times out after this time. */
    void startFor(RegistrationId id, Duration time) {
        var unused = connection
                .client()
                .newUntypedWorkflowStub(
                        "Nobody",
                        connection
                                .workflowOptions()
                                .setWorkflowId(id.toString())
                                .setWorkflowExecutionTimeout(time)
                                .build())
                .start();
    }

    /** The signals sent to its workflow. */
    List<String> signals(RegistrationId id) {
        return connection.client().fetchHistory(id.toString()).getEvents().stream()
                .filter(HistoryEvent::hasWorkflowExecutionSignaledEventAttributes)
                .map(event ->
                        event.getWorkflowExecutionSignaledEventAttributes().getSignalName())
                .toList();
    }

    /** The status of its workflow; empty if there is none. */
    Optional<WorkflowExecutionStatus> standing(RegistrationId id) {
        try {
            return Optional.of(workflow(id).describe().getStatus());
        } catch (WorkflowNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            connection.stop();
        } catch (ScopeCloseException e) {
            throw new IllegalStateException(e);
        }
    }
}
