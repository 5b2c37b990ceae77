package dev.registrar.reconcile;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a comparison is, and what it found so far.
 *
 * @param compared registrations looked at
 * @param limitReached whether it ended at its limit, so that there may be more in the window
 * @param findings what does not fit, by registration
 * @param unknown what could not be looked up: to be compared again
 * @param finishedAt absent while it runs
 */
public record ReconcileReport(
        UUID id,
        Instant from,
        Instant to,
        boolean dryRun,
        int compared,
        boolean limitReached,
        List<Finding> findings,
        List<Finding> unknown,
        Instant startedAt,
        @Nullable Instant finishedAt) {

    public ReconcileReport {
        findings = List.copyOf(findings);
        unknown = List.copyOf(unknown);
    }

    public boolean finished() {
        return finishedAt != null;
    }
}
