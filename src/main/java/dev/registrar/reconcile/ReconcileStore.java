package dev.registrar.reconcile;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The tables of comparisons as operators, the timer and the sweeper use them. Thread-safe. */
public final class ReconcileStore {

    private static final int TRIES = 3;

    private final Jdbi jdbi;

    public ReconcileStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** A comparison that has to be running. */
    public record OpenRun(UUID id, Instant from, Instant to, boolean dryRun) {}

    /** A new comparison, or the one of the same window and kind that is still running. */
    public OpenRun open(Instant from, Instant to, boolean dryRun, int limit, Instant at) {
        for (int i = 0; i < TRIES; i++) {
            Optional<OpenRun> fresh = insert(from, to, dryRun, false, limit, at);
            if (fresh.isPresent()) {
                return fresh.get();
            }
            Optional<OpenRun> running = running(from, to, dryRun);
            if (running.isPresent()) {
                return running.get();
            }
        }
        throw new IllegalStateException("comparisons of this window end as fast as they begin");
    }

    /** The timer's comparison of the window that ends at {@code to}; empty where some instance has opened it before. */
    public Optional<OpenRun> openTimed(Instant from, Instant to, int limit, Instant at) {
        return insert(from, to, false, true, limit, at);
    }

    private Optional<OpenRun> insert(Instant from, Instant to, boolean dryRun, boolean timed, int limit, Instant at) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        INSERT INTO reconcile_runs (id, window_from, window_to, dry_run, timed, most, created_at, updated_at)
                        VALUES (:id, :from, :to, :dryRun, :timed, :limit, :at, :at)
                        ON CONFLICT DO NOTHING RETURNING *
                        """)
                .bind("id", UUID.randomUUID())
                .bind("from", from)
                .bind("to", to)
                .bind("dryRun", dryRun)
                .bind("timed", timed)
                .bind("limit", limit)
                .bind("at", at)
                .map((row, context) -> openRun(row))
                .findOne());
    }

    private Optional<OpenRun> running(Instant from, Instant to, boolean dryRun) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT * FROM reconcile_runs
                        WHERE window_from = :from AND window_to = :to AND dry_run = :dryRun AND finished_at IS NULL
                        """)
                .bind("from", from)
                .bind("to", to)
                .bind("dryRun", dryRun)
                .map((row, context) -> openRun(row))
                .findOne());
    }

    /** Comparisons whose workflow should be running, for one sweeper at a time. */
    public List<OpenRun> lease(Instant now, Duration lease) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        UPDATE reconcile_runs SET lease_until = :until
                        WHERE id IN (SELECT id FROM reconcile_runs
                                     WHERE finished_at IS NULL AND created_at < :before
                                       AND (lease_until IS NULL OR lease_until < :now)
                                     FOR UPDATE SKIP LOCKED)
                        RETURNING *
                        """)
                .bind("until", now.plus(lease))
                .bind("now", now)
                .bind("before", now.minusSeconds(1))
                .map((row, context) -> openRun(row))
                .list());
    }

    /** What a comparison has found so far. */
    public Optional<ReconcileReport> report(UUID runId) {
        return jdbi.inTransaction(handle -> handle.createQuery("SELECT * FROM reconcile_runs WHERE id = :id")
                .bind("id", runId)
                .map((row, context) -> report(row, findings(handle, runId)))
                .findOne());
    }

    private static ReconcileReport report(ResultSet row, Map<Boolean, List<Finding>> findings) throws SQLException {
        Timestamp finished = row.getTimestamp("finished_at");
        return new ReconcileReport(
                row.getObject("id", UUID.class),
                row.getTimestamp("window_from").toInstant(),
                row.getTimestamp("window_to").toInstant(),
                row.getBoolean("dry_run"),
                row.getInt("compared"),
                row.getInt("compared") >= row.getInt("most"),
                findings.getOrDefault(true, List.of()),
                findings.getOrDefault(false, List.of()),
                row.getTimestamp("created_at").toInstant(),
                finished == null ? null : finished.toInstant());
    }

    /** By whether they are findings, or only unknown. */
    private static Map<Boolean, List<Finding>> findings(Handle handle, UUID runId) {
        return handle.createQuery("""
                        SELECT * FROM reconcile_findings WHERE run_id = :id ORDER BY found_at, registration_id, kind, service
                        """).bind("id", runId).map((row, context) -> finding(row)).list().stream()
                .collect(Collectors.partitioningBy(finding -> finding.kind() != FindingKind.UNKNOWN));
    }

    private static Finding finding(ResultSet row) throws SQLException {
        BigDecimal amount = row.getBigDecimal("amount");
        return new Finding(
                new RegistrationId(row.getObject("registration_id", UUID.class)),
                FindingKind.of(row.getString("kind")),
                Step.of(row.getString("service")),
                row.getString("reference"),
                amount == null ? null : new Money(amount, row.getString("currency")),
                row.getObject("compensation_id", UUID.class));
    }

    private static OpenRun openRun(ResultSet row) throws SQLException {
        return new OpenRun(
                row.getObject("id", UUID.class),
                row.getTimestamp("window_from").toInstant(),
                row.getTimestamp("window_to").toInstant(),
                row.getBoolean("dry_run"));
    }
}
