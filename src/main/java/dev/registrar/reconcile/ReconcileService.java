package dev.registrar.reconcile;

import dev.registrar.call.CallPolicy;
import dev.registrar.call.SweepDuty;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.model.Release;
import dev.registrar.reconcile.ReconcileStore.OpenRun;
import dev.registrar.reconcile.ReconcileStore.ReconcileReport;
import dev.registrar.reconcile.ReconcileWorkflow.ReconcileInput;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts comparisons and reports their findings. As a duty it is the timer of comparisons, once across all instances,
 * and restarts those whose workflow is lost. Thread-safe.
 */
public final class ReconcileService implements SweepDuty {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileService.class);
    private static final long POLL_MILLIS = 100;

    /** How long a running comparison is left alone by all instances; an unneeded start has no effect. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final ReconcileStore store;
    private final WorkflowEngine engine;
    private final CallPolicy lookup;
    private final Duration settleAfter;
    private final ReconcileConfiguration configuration;
    private final Release features;
    private final Clock clock;

    /** The end of the last window that {@link #sweep} opened. */
    private volatile @Nullable Instant opened;

    /** @param features the release that no running instance is older than */
    public ReconcileService(
            ReconcileStore store,
            WorkflowEngine engine,
            CallPolicy lookup,
            Duration settleAfter,
            ReconcileConfiguration configuration,
            Release features,
            Clock clock) {
        this.store = store;
        this.engine = engine;
        this.lookup = lookup.durable();
        this.settleAfter = settleAfter;
        this.configuration = configuration;
        this.features = features;
        this.clock = clock;
    }

    /**
     * Records a comparison of the registrations that were created or ended from {@code from} until before {@code to}. Returns
     * the unfinished one of the same window and kind instead, with its own limit, if there is one. {@link #launch} starts it;
     * otherwise {@link #sweep} does. May be called inside a transaction.
     *
     * @param dryRun whether only to report; otherwise mismatches become ledger rows
     * @param limit registrations to compare at most
     * @throws IllegalArgumentException if the window is empty or the limit not positive
     */
    public OpenRun open(Instant from, Instant to, boolean dryRun, int limit) {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("the window is empty: from has to be before to");
        }
        if (limit < 1) {
            throw new IllegalArgumentException("limit has to be at least 1");
        }
        return store.open(
                from.truncatedTo(ChronoUnit.MILLIS), to.truncatedTo(ChronoUnit.MILLIS), dryRun, limit, clock.instant());
    }

    /** How long after its end a registration is compared. */
    public Duration settleAfter() {
        return settleAfter;
    }

    /** The findings of a comparison so far; empty if the id is unknown. */
    public Optional<ReconcileReport> report(UUID id) {
        return store.report(id);
    }

    /**
     * Waits for a comparison that was started. After {@code patience} returns the findings so far; the comparison
     * continues, and {@link #report} shows the rest.
     */
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

    /** Starts the workflow unless it is running; if that fails, the failure is logged and {@link #sweep} tries again. */
    public void launch(OpenRun run) {
        ReconcileInput input = new ReconcileInput(run.id(), lookup, settleAfter, configuration.pause(), features);
        try {
            engine.startRepeatable(
                    ReconcileWorkflow.class,
                    ReconcileWorkflow.id(run.from(), run.to(), run.dryRun()),
                    workflow -> workflow::reconcile,
                    input);
        } catch (RuntimeException e) {
            LOG.warn("comparison {} not started, the timer will retry: {}", run.id(), e.toString());
        }
    }

    @Override
    public String name() {
        return "ReconcileSweep";
    }

    @Override
    public void sweep() {
        if (configuration.enabled()) {
            openDue();
        }
        store.lease(clock.instant(), LEASE).forEach(this::launch);
    }

    /** Opens the window that ended last; windows missed while no instance ran are not made up for. */
    private void openDue() {
        Instant now = clock.instant();
        long every = configuration.every().toMilliseconds();
        Instant to = Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), every) * every);
        if (to.equals(opened)) {
            return;
        }
        Instant from = to.minus(configuration.window().toJavaDuration());
        store.openTimed(from, to, configuration.limit(), now).ifPresent(this::launch);
        opened = to;
    }
}
