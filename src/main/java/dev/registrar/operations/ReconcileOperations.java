package dev.registrar.operations;

import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.reconcile.ReconcileService;
import dev.registrar.reconcile.ReconcileStore.OpenRun;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

/**
 * Comparisons of registrations with gateway, profile API and accounts. A comparison of a window is not started again
 * while one of the same window is running. Thread-safe.
 */
public final class ReconcileOperations {

    private final ReconcileService service;
    private final AuditLog audit;
    private final Clock clock;

    public ReconcileOperations(ReconcileService service, AuditLog audit, Clock clock) {
        this.service = service;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The time window that is compared, to the millisecond.
     *
     * @param from registrations created or ended at or after this time
     * @param to and before this time
     * @param limit maximum number of registrations
     */
    public record Window(Instant from, Instant to, int limit) {

        public Window {
            from = from.truncatedTo(ChronoUnit.MILLIS);
            to = to.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /** Registrations that ended more recently are left out of a comparison: their effects may not be visible yet. */
    public Duration settleAfter() {
        return service.settleAfter();
    }

    /** The window of this length that ends now. */
    public Window last(Duration length, int limit) {
        Instant now = clock.instant();
        return new Window(now.minus(length), now, limit);
    }

    /** Compares and changes nothing; after {@code patience} returns the findings so far. */
    public ComparisonView look(Window window, Duration patience) {
        OpenRun run = open(window, true);
        return started(run, patience);
    }

    /** Compares and creates rows for mismatches; after {@code patience} returns the findings so far. */
    public ComparisonView repair(Window window, Duration patience, OperatorNote note) {
        Entry entry =
                new Entry("reconcile", "window:" + window.from() + "/" + window.to(), Map.of("limit", window.limit()));
        OpenRun run = audit.changing(note, entry, () -> open(window, false), opened -> true);
        return started(run, patience);
    }

    public ComparisonView report(UUID id) {
        return service.report(id)
                .map(ComparisonView::of)
                .orElseThrow(() -> OperationRefusedException.unknown("comparison " + id));
    }

    private OpenRun open(Window window, boolean dryRun) {
        try {
            return service.open(window.from(), window.to(), dryRun, window.limit());
        } catch (IllegalArgumentException e) {
            throw OperationRefusedException.invalid(e.getMessage() + ".");
        }
    }

    private ComparisonView started(OpenRun run, Duration patience) {
        service.launch(run);
        return ComparisonView.of(service.await(run.id(), patience));
    }
}
