package dev.registrar.reconcile;

import dev.registrar.reconcile.ReconcileDao.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/** The tables of comparisons as operators and the timer use them. Thread-safe. */
public final class ReconcileStore {

    private static final int TRIES = 3;

    private final Jdbi jdbi;
    private final ReconcileDao dao;

    public ReconcileStore(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.dao = jdbi.onDemand(ReconcileDao.class);
    }

    /** A comparison that should be running. */
    public record OpenRun(UUID id, Instant from, Instant to, boolean dryRun) {}

    /** A new comparison, or the unfinished one of the same window and kind. */
    public OpenRun open(Instant from, Instant to, boolean dryRun, int limit, Instant at) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Run> run = dao.insert(UUID.randomUUID(), from, to, dryRun, false, limit, at)
                    .or(() -> dao.unfinished(from, to, dryRun));
            if (run.isPresent()) {
                return run.get().open();
            }
        }
        throw new IllegalStateException("comparisons of this window end as fast as they begin");
    }

    /** The timer's comparison of the window that ends at {@code to}; empty if an instance has opened it already. */
    public Optional<OpenRun> openTimed(Instant from, Instant to, int limit, Instant at) {
        return dao.insert(UUID.randomUUID(), from, to, false, true, limit, at).map(Run::open);
    }

    /** Comparisons whose workflow should be running, for one instance at a time. */
    public List<OpenRun> lease(Instant now, Duration lease) {
        return dao.lease(now, now.plus(lease), now.minusSeconds(1)).stream()
                .map(Run::open)
                .toList();
    }

    /** What a comparison has found so far. */
    public Optional<ReconcileReport> report(UUID runId) {
        return jdbi.inTransaction(handle -> {
            ReconcileDao read = handle.attach(ReconcileDao.class);
            return read.find(runId).map(run -> report(run, read.findings(runId)));
        });
    }

    private static ReconcileReport report(Run run, List<Finding> all) {
        Map<Boolean, List<Finding>> byUnknown =
                all.stream().collect(Collectors.partitioningBy(finding -> finding.kind() == FindingKind.UNKNOWN));
        return new ReconcileReport(
                run.id(),
                run.windowFrom(),
                run.windowTo(),
                run.dryRun(),
                run.compared(),
                run.compared() >= run.most(),
                byUnknown.getOrDefault(false, List.of()),
                byUnknown.getOrDefault(true, List.of()),
                run.createdAt(),
                run.finishedAt());
    }
}
