package dev.registrar.registration;

import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.SweepStore;
import dev.registrar.store.UnfinishedRegistration;
import io.dropwizard.lifecycle.Managed;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowNotFoundException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no accepted registration stays without a workflow: what was never started, or is lost with its server,
 * is started again. Runs in every instance; leases keep them off each other's registrations. Only it may start an id
 * again, only when Temporal says that none is running, never because Temporal does not answer.
 */
public final class Sweeper implements Managed {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    /** Nobody knows what such a run had done, so starting it again could charge for something that was given up. */
    private static final Set<WorkflowExecutionStatus> ENDED_FROM_OUTSIDE = EnumSet.of(
            WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED,
            WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT);

    private static final Duration ASK_LIMIT = Duration.ofSeconds(2);

    private final SweepStore store;
    private final WorkflowEngine engine;
    private final RegistrationStarter starter;
    private final RegistrationInputFactory inputs;
    private final RegistrationConfiguration configuration;
    private final Clock clock;
    private final String owner = UUID.randomUUID().toString();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sweeper");
        thread.setDaemon(true);
        return thread;
    });

    public Sweeper(
            SweepStore store,
            WorkflowEngine engine,
            RegistrationStarter starter,
            RegistrationInputFactory inputs,
            RegistrationConfiguration configuration,
            Clock clock) {
        this.store = store;
        this.engine = engine;
        this.starter = starter;
        this.inputs = inputs;
        this.configuration = configuration;
        this.clock = clock;
    }

    @Override
    public void start() {
        long interval = configuration.sweepInterval().toMilliseconds();
        var unused = timer.scheduleWithFixedDelay(this::sweepQuietly, interval, interval, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(ASK_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweepQuietly() {
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.warn("sweep ended early, the next one goes on: {}", e.getClass().getName());
        }
    }

    /** One look at what has not ended; how many were started again. */
    int sweep() {
        Instant now = clock.instant();
        List<UnfinishedRegistration> leased = store.lease(
                owner,
                now,
                now.minus(configuration.sweepAfter().toJavaDuration()),
                configuration.recheckAfter().toJavaDuration(),
                configuration.sweepLimit());
        int started = 0;
        for (UnfinishedRegistration row : leased) {
            Optional<WorkflowExecutionStatus> standing;
            try {
                standing = standing(row);
            } catch (RuntimeException e) {
                LOG.warn("Temporal does not say what became of {} registrations: {}", leased.size(), e.toString());
                return started;
            }
            started += see(row, standing);
        }
        return started;
    }

    private int see(UnfinishedRegistration row, Optional<WorkflowExecutionStatus> standing) {
        if (standing.equals(Optional.of(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING))) {
            noteStarted(row);
            return 0;
        }
        if (standing.map(ENDED_FROM_OUTSIDE::contains).orElse(false)) {
            LOG.warn("the workflow of registration {} was ended from outside: it does not go forward again", row.id());
            return 0;
        }
        int sweep = row.sweep() + 1;
        if (!store.markSweep(row.id(), owner, sweep)) {
            return 0;
        }
        boolean started = starter.startAgain(inputs.again(row, sweep));
        if (started) {
            noteStarted(row);
            LOG.info("registration {} started by the sweeper, sweep {}", row.id(), sweep);
        }
        return started ? 1 : 0;
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
