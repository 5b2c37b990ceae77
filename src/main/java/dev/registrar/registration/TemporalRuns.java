package dev.registrar.registration;

import dev.registrar.call.LogContext;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.dispatch.RegistrationRuns;
import dev.registrar.model.RegistrationId;
import dev.registrar.registration.RegistrationInputFactory.Row;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, rings and inspects the runs of registrations at Temporal. Thread-safe. */
public final class TemporalRuns implements RegistrationRuns {

    private static final Logger LOG = LoggerFactory.getLogger(TemporalRuns.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** A lost ring does no harm, because the registration is due anyway: not worth a longer wait. */
    private static final Duration RING_LIMIT = Duration.ofMillis(500);

    private final WorkflowEngine engine;
    private final Starts starts;
    private final RegistrationStore registrations;
    private final RegistrationInputFactory inputs;

    public TemporalRuns(
            WorkflowEngine engine, Starts starts, RegistrationStore registrations, RegistrationInputFactory inputs) {
        this.engine = engine;
        this.starts = starts;
        this.registrations = registrations;
        this.inputs = inputs;
    }

    /** Makes calls for which nobody waits. */
    public interface Starts {

        /** What the call returns or throws. */
        <T> CompletableFuture<T> begin(Supplier<T> call);
    }

    /**
     * Starts the first run; nobody waits for Temporal's answer.
     *
     * @param failed runs if Temporal does not confirm the start: the dispatcher makes it later
     * @return false if it has failed already
     */
    boolean startFirst(RegistrationInput input, Runnable failed) {
        WorkflowIdReusePolicy once = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE;
        return !starts.begin(() -> start(engine, input, once))
                .whenComplete((started, failure) -> {
                    if (failure != null) {
                        LOG.warn("registration {} not started: {}", input.registrationId(), failure.toString());
                        failed.run();
                    }
                })
                .isCompletedExceptionally();
    }

    private static boolean start(WorkflowEngine engine, RegistrationInput input, WorkflowIdReusePolicy reuse) {
        WorkflowOptions options = engine.options()
                .get()
                .setWorkflowId(input.registrationId().toString())
                .setWorkflowIdReusePolicy(reuse)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .build();
        RegistrationWorkflow workflow = engine.client().newWorkflowStub(RegistrationWorkflow.class, options);
        try {
            WorkflowClient.start(workflow::register, input);
        } catch (WorkflowExecutionAlreadyStarted e) {
            LOG.debug("registration {} was started already", input.registrationId());
        }
        return true;
    }

    @Override
    public State stateOf(RegistrationId id) {
        try {
            WorkflowExecutionStatus status = engine.limits()
                    .within(
                            LIMIT,
                            () -> engine.client()
                                    .newUntypedWorkflowStub(id.toString())
                                    .describe()
                                    .getStatus());
            return switch (status) {
                case WORKFLOW_EXECUTION_STATUS_RUNNING -> State.RUNNING;
                case WORKFLOW_EXECUTION_STATUS_TERMINATED -> State.TERMINATED;
                case WORKFLOW_EXECUTION_STATUS_TIMED_OUT -> State.TIMED_OUT;
                default -> State.ENDED;
            };
        } catch (WorkflowNotFoundException e) {
            return State.NONE;
        } catch (RuntimeException e) {
            throw new UnavailableException(e);
        }
    }

    @Override
    public void ring(RegistrationId id) {
        try {
            engine.limits().within(RING_LIMIT, () -> {
                engine.client()
                        .newWorkflowStub(RegistrationWorkflow.class, id.toString())
                        .ring();
                return true;
            });
        } catch (RuntimeException e) {
            LOG.debug("registration {} not rung", id, e);
        }
    }

    @Override
    public void start(RegistrationId id, int run, State before) {
        LogContext.about(id.toString(), () -> {
            RegistrationInput input = inputs.input(row(id, run, before));
            try {
                engine.limits()
                        .within(
                                LIMIT,
                                () -> start(
                                        engine, input, WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE));
            } catch (RuntimeException e) {
                throw new UnavailableException(e);
            }
            LOG.info("run {} of registration {} started", run, id);
        });
    }

    private Row row(RegistrationId id, int run, State before) {
        Registration row = registrations.find(id).orElseThrow();
        RegistrationStatus closedAs = row.status().ended()
                ? null
                : switch (before) {
                    case TERMINATED -> RegistrationStatus.CANCELLED;
                    case TIMED_OUT -> RegistrationStatus.FAILED;
                    default -> null;
                };
        return new Row(
                id,
                run,
                row.userId(),
                row.amount(),
                registrations.request(id).orElse(null),
                row.createdAt(),
                closedAs,
                row.status().ended() ? List.of() : registrations.earlierWithMoneyOpen(id, row.userId()),
                registrations.providers(id));
    }
}
