package dev.registrar.reconcile;

import dev.registrar.call.SweepDuty;
import dev.registrar.reconcile.ReconcileStore.OpenRun;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The timer of comparisons, once across all instances; and starts again those whose workflow is lost. One thread. */
public final class ReconcileSweep implements SweepDuty {

    /** How long a running comparison is left alone by all instances; an unneeded start has no effect. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final ReconcileStore store;
    private final ReconcileService service;
    private final ReconcileConfiguration configuration;
    private final Clock clock;
    private @Nullable Instant opened;

    public ReconcileSweep(
            ReconcileStore store, ReconcileService service, ReconcileConfiguration configuration, Clock clock) {
        this.store = store;
        this.service = service;
        this.configuration = configuration;
        this.clock = clock;
    }

    @Override
    public void sweep() {
        if (configuration.enabled()) {
            openDue();
        }
        for (OpenRun run : store.lease(clock.instant(), LEASE)) {
            service.launch(run);
        }
    }

    /** Opens the window that ended last; one that was missed while nothing ran is not made up for. */
    private void openDue() {
        Instant now = clock.instant();
        long every = configuration.every().toMilliseconds();
        Instant to = Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), every) * every);
        if (to.equals(opened)) {
            return;
        }
        Instant from = to.minus(configuration.window().toJavaDuration());
        store.openTimed(from, to, configuration.limit(), now).ifPresent(service::launch);
        opened = to;
    }
}
