package dev.registrar.registration;

import dev.registrar.call.LogContext;
import dev.registrar.call.SweepDuty;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.SweepStore;
import dev.registrar.store.UnfinishedRegistration;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowNotFoundException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no accepted registration stays without a workflow: what was never started, or is lost with its server,
 * is started again; what was ended from outside becomes undo work; a cancel that was not delivered is sent again. Only
 * this may start an id again, only when Temporal says that none is running, never because Temporal does not answer.
 */
public final class RegistrationSweep implements SweepDuty {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationSweep.class);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(2);

    private final SweepStore store;
    private final CompensationLedger ledger;
    private final WorkflowEngine engine;
    private final RegistrationStarter starter;
    private final RegistrationInputFactory inputs;
    private final RegistrationConfiguration configuration;
    private final RegistrarMeters meters;
    private final Clock clock;
    private final String owner = UUID.randomUUID().toString();

    public RegistrationSweep(
            SweepStore store,
            CompensationLedger ledger,
            WorkflowEngine engine,
            RegistrationStarter starter,
            RegistrationInputFactory inputs,
            RegistrationConfiguration configuration,
            RegistrarMeters meters,
            Clock clock) {
        this.meters = meters;
        this.store = store;
        this.ledger = ledger;
        this.engine = engine;
        this.starter = starter;
        this.inputs = inputs;
        this.configuration = configuration;
        this.clock = clock;
    }

    @Override
    public void sweep() {
        Instant now = clock.instant();
        List<UnfinishedRegistration> leased = store.lease(
                owner,
                now,
                now.minus(configuration.sweepAfter().toJavaDuration()),
                configuration.recheckAfter().toJavaDuration(),
                configuration.sweepLimit());
        for (UnfinishedRegistration row : leased) {
            LogContext.about(row.id().toString(), () -> see(row));
        }
    }

    private void see(UnfinishedRegistration row) {
        Optional<WorkflowExecutionStatus> standing = standing(row);
        if (standing.isEmpty()) {
            startAgain(row);
            return;
        }
        switch (standing.get()) {
            case WORKFLOW_EXECUTION_STATUS_RUNNING -> running(row);
            case WORKFLOW_EXECUTION_STATUS_TERMINATED -> lost(row, RegistrationStatus.CANCELLED);
            case WORKFLOW_EXECUTION_STATUS_TIMED_OUT -> lost(row, RegistrationStatus.FAILED);
            default -> startAgain(row);
        }
    }

    private void running(UnfinishedRegistration row) {
        noteStarted(row);
        if (row.cancelRequested() && !row.undoBegun()) {
            meters.sweeperFound("cancel_redelivered");
            engine.limits().within(ASK_LIMIT, () -> {
                engine.client()
                        .newWorkflowStub(RegistrationWorkflow.class, row.id().toString())
                        .cancel();
                return true;
            });
        }
    }

    /** Ended from outside: never forward again, and nobody knows what was done. */
    private void lost(UnfinishedRegistration row, RegistrationStatus intendedEnd) {
        LOG.warn("the workflow of registration {} was ended from outside: its undo is left to a replay", row.id());
        meters.sweeperFound("ended_outside");
        ledger.openForLost(
                row.id(),
                row.request().userProfile().userId(),
                row.request().payment().amount(),
                intendedEnd,
                clock.instant());
    }

    private void startAgain(UnfinishedRegistration row) {
        int sweep = row.sweep() + 1;
        if (store.markSweep(row.id(), owner, sweep) && starter.startAgain(inputs.again(row, sweep))) {
            noteStarted(row);
            meters.sweeperFound("registration_restarted");
            LOG.info("registration {} started by the sweeper, sweep {}", row.id(), sweep);
        }
    }

    private void noteStarted(UnfinishedRegistration row) {
        if (row.status() == RegistrationStatus.ACCEPTED) {
            store.started(row.id(), clock.instant());
        }
    }

    /** How its workflow stands; empty where there is none. */
    private Optional<WorkflowExecutionStatus> standing(UnfinishedRegistration row) {
        try {
            return Optional.of(engine.limits()
                    .within(
                            ASK_LIMIT,
                            () -> engine.client()
                                    .newUntypedWorkflowStub(row.id().toString())
                                    .describe()
                                    .getStatus()));
        } catch (WorkflowNotFoundException e) {
            return Optional.empty();
        }
    }
}
