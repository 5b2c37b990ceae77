package dev.registrar.reconcile;

import dev.registrar.call.CallPolicy;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.reconcile.ReconcileStore.OpenRun;
import dev.registrar.reconcile.ReconcileWorkflow.ReconcileInput;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts comparisons and tells what they found. Thread-safe. */
public final class ReconcileService {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileService.class);
    private static final long POLL_MILLIS = 100;

    private final ReconcileStore store;
    private final WorkflowEngine engine;
    private final CallPolicy lookup;
    private final Duration settleAfter;
    private final ReconcileConfiguration configuration;
    private final Clock clock;

    public ReconcileService(
            ReconcileStore store,
            WorkflowEngine engine,
            CallPolicy lookup,
            Duration settleAfter,
            ReconcileConfiguration configuration,
            Clock clock) {
        this.store = store;
        this.engine = engine;
        this.lookup = lookup.durable();
        this.settleAfter = settleAfter;
        this.configuration = configuration;
        this.clock = clock;
    }

    /**
     * Writes down a comparison of the registrations that were created or ended from {@code from} until before {@code to}. One of
     * the same window and kind that is still running is the answer instead, with its own limit. Nothing is started yet: {@link
     * #launch} does, and where nobody does a sweeper will. May be called inside a transaction.
     *
     * @param dryRun whether only to report; otherwise what does not fit becomes rows
     * @param limit registrations to compare at most
     * @throws IllegalArgumentException where the window is empty or the limit not positive
     */
    public OpenRun open(Instant from, Instant to, boolean dryRun, int limit) {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("the window is empty: from has to be before to");
        }
        if (limit < 1) {
            throw new IllegalArgumentException("limit has to be at least 1");
        }
        return store.open(millis(from), millis(to), dryRun, limit, clock.instant());
    }

    /** How long after its end a registration is compared. */
    public Duration settleAfter() {
        return settleAfter;
    }

    /** Opens a comparison and starts it; parameters and errors are those of {@link #open}. */
    public UUID start(Instant from, Instant to, boolean dryRun, int limit) {
        OpenRun run = open(from, to, dryRun, limit);
        launch(run);
        return run.id();
    }

    /** What a comparison has found so far; empty where the id is unknown. */
    public Optional<ReconcileReport> report(UUID id) {
        return store.report(id);
    }

    /**
     * Starts a comparison and waits for it. After {@code patience} the answer is what was found so far; the comparison
     * goes on, and {@link #report} tells the rest.
     *
     * @throws IllegalArgumentException as {@link #open}
     */
    public ReconcileReport run(Instant from, Instant to, boolean dryRun, int limit, Duration patience) {
        return await(start(from, to, dryRun, limit), patience);
    }

    /** Waits for a comparison that was started, as {@link #run} does. */
    public ReconcileReport await(UUID id, Duration patience) {
        Instant until = clock.instant().plus(patience);
        while (true) {
            ReconcileReport report = store.report(id).orElseThrow();
            if (report.finished() || !clock.instant().isBefore(until)) {
                return report;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return report;
            }
        }
    }

    /** Starts the workflow where it is not running; a failure is logged, and made good by a sweeper. */
    public void launch(OpenRun run) {
        ReconcileInput input = new ReconcileInput(run.id(), lookup, settleAfter, configuration.pause());
        try {
            engine.startRepeatable(
                    ReconcileWorkflow.class,
                    ReconcileWorkflow.id(run.from(), run.to(), run.dryRun()),
                    workflow -> workflow::reconcile,
                    input);
        } catch (RuntimeException e) {
            LOG.warn("comparison {} not started, a sweeper will: {}", run.id(), e.toString());
        }
    }

    private static Instant millis(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }
}
