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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, rings and inspects the runs of registrations at Temporal. Thread-safe. */
public final class TemporalRuns implements RegistrationRuns {

    private static final Logger LOG = LoggerFactory.getLogger(TemporalRuns.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** A lost ring does no harm, because the registration is due anyway: not worth a longer wait. */
    private static final Duration RING_LIMIT = Duration.ofMillis(500);

    private final WorkflowEngine engine;
    private final WorkflowEngine patient;
    private final Duration startWithin;
    private final RegistrationStore registrations;
    private final RegistrationInputFactory inputs;

    /**
     * @param patient the same engine, with which a start continues after its caller stops waiting
     * @param startWithin how long the start of a request may take, retries of the connection included
     */
    public TemporalRuns(
            WorkflowEngine engine,
            WorkflowEngine patient,
            Duration startWithin,
            RegistrationStore registrations,
            RegistrationInputFactory inputs) {
        this.engine = engine;
        this.patient = patient;
        this.startWithin = startWithin;
        this.registrations = registrations;
        this.inputs = inputs;
    }

    /** Starts the first run; false if Temporal did not confirm it in time: the dispatcher starts it later. */
    boolean startFirst(RegistrationInput input) {
        WorkflowIdReusePolicy once = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE;
        try {
            patient.limits().within(startWithin, () -> start(patient, input, once));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("registration {} not started: {}", input.registrationId(), e.toString());
            return false;
        }
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
