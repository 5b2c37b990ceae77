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
 * Comparisons of registrations with gateway, profile API and accounts. One of the same window that still runs is not begun
 * a second time. Thread-safe.
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
     * What is compared, to the millisecond.
     *
     * @param from registrations that were created or ended from here
     * @param to until before here
     * @param limit registrations at most
     */
    public record Window(Instant from, Instant to, int limit) {

        public Window {
            from = from.truncatedTo(ChronoUnit.MILLIS);
            to = to.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /** Registrations that ended later than this ago are left out of a comparison: what they did may not be seen yet. */
    public Duration settleAfter() {
        return service.settleAfter();
    }

    /** The window of this length that ends now. */
    public Window last(Duration length, int limit) {
        Instant now = clock.instant();
        return new Window(now.minus(length), now, limit);
    }

    /** Compares and changes nothing; after {@code patience} the answer is what was found so far. */
    public ComparisonView look(Window window, Duration patience) {
        OpenRun run = open(window, true);
        return started(run, patience);
    }

    /** Compares, and makes rows of what does not fit; after {@code patience} the answer is what was found so far. */
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
