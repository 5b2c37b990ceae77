package dev.registrar.reconcile;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationFilter.Position;
import dev.registrar.store.RegistrationStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Pages through the table of registrations and keeps the findings, over JDBI. Thread-safe. */
public final class JdbiReconcileRecords implements ReconcileRecords {

    private static final int PAGE = 50;

    private final Jdbi jdbi;
    private final RegistrarMeters meters;

    public JdbiReconcileRecords(Jdbi jdbi, RegistrarMeters meters) {
        this.meters = meters;
        this.jdbi = jdbi;
    }

    @Override
    public Page nextPage(PageRequest request) {
        return jdbi.inTransaction(handle -> {
            Position reached = request.reached();
            if (reached != null) {
                if (advance(handle, request, reached)) {
                    handle.afterCommit(() -> meters.compared(request.compared()));
                }
            }
            Run run = handle.createQuery("SELECT * FROM reconcile_runs WHERE id = :id FOR UPDATE")
                    .bind("id", request.runId())
                    .map((row, context) -> Run.of(row))
                    .one();
            if (run.finished()) {
                return new Page(true, run.dryRun(), List.of());
            }
            List<Candidate> candidates = run.left() > 0 ? candidates(handle, run, request) : List.of();
            if (candidates.isEmpty()) {
                finish(handle, request);
            }
            return new Page(candidates.isEmpty(), run.dryRun(), candidates);
        });
    }

    /** What the table says of the comparison. */
    private record Run(Instant from, Instant to, boolean dryRun, int left, Position after, boolean finished) {

        static Run of(ResultSet row) throws SQLException {
            UUID afterId = row.getObject("after_id", UUID.class);
            // Nothing was created before the epoch: the start of every window.
            Position after = afterId == null
                    ? new Position(Instant.EPOCH, new RegistrationId(new UUID(0, 0)))
                    : new Position(row.getTimestamp("after_at").toInstant(), new RegistrationId(afterId));
            return new Run(
                    row.getTimestamp("window_from").toInstant(),
                    row.getTimestamp("window_to").toInstant(),
                    row.getBoolean("dry_run"),
                    row.getInt("most") - row.getInt("compared"),
                    after,
                    row.getTimestamp("finished_at") != null);
        }
    }

    /** A second writer that is not ahead adds nothing; false then. */
    private static boolean advance(Handle handle, PageRequest request, Position reached) {
        return handle.createUpdate("""
                        UPDATE reconcile_runs
                        SET after_at = :createdAt, after_id = :registration, compared = compared + :compared,
                            updated_at = :at
                        WHERE id = :id AND finished_at IS NULL
                          AND (after_at IS NULL OR (after_at, after_id) < (:createdAt, :registration))
                        """)
                        .bind("id", request.runId())
                        .bind("createdAt", reached.createdAt())
                        .bind("registration", reached.id().value())
                        .bind("compared", request.compared())
                        .bind("at", request.at())
                        .execute()
                > 0;
    }

    /** By creation: first what is older than the window and ended in it, then what was created in it. */
    private static List<Candidate> candidates(Handle handle, Run run, PageRequest request) {
        return handle.createQuery("""
                        (SELECT id, user_id, amount, currency, status, created_at FROM registrations
                         WHERE created_at < :from AND finished_at >= :from AND finished_at < :to
                           AND finished_at <= :settled AND status IN ('COMPLETED', 'FAILED', 'CANCELLED')
                           AND (created_at, id) > (:afterAt, :afterId)
                         ORDER BY created_at, id LIMIT :limit)
                        UNION ALL
                        (SELECT id, user_id, amount, currency, status, created_at FROM registrations
                         WHERE created_at >= :from AND created_at < :to
                           AND finished_at <= :settled AND status IN ('COMPLETED', 'FAILED', 'CANCELLED')
                           AND (created_at, id) > (:afterAt, :afterId)
                         ORDER BY created_at, id LIMIT :limit)
                        ORDER BY created_at, id LIMIT :limit
                        """)
                .bind("from", run.from())
                .bind("to", run.to())
                .bind("settled", request.at().minus(request.settleAfter()))
                .bind("afterAt", run.after().createdAt())
                .bind("afterId", run.after().id().value())
                .bind("limit", Math.min(PAGE, run.left()))
                .map((row, context) -> new Candidate(
                        new RegistrationId(row.getObject("id", UUID.class)),
                        row.getString("user_id"),
                        new Money(row.getBigDecimal("amount"), row.getString("currency")),
                        RegistrationStatus.valueOf(row.getString("status")),
                        row.getTimestamp("created_at").toInstant()))
                .list();
    }

    private static void finish(Handle handle, PageRequest request) {
        handle.createUpdate("UPDATE reconcile_runs SET finished_at = :at, updated_at = :at WHERE id = :id")
                .bind("id", request.runId())
                .bind("at", request.at())
                .execute();
    }

    @Override
    public void recordFindings(Findings request) {
        jdbi.useHandle(handle -> {
            PreparedBatch rows = handle.prepareBatch("""
                    INSERT INTO reconcile_findings (run_id, registration_id, kind, service, reference, amount, currency,
                                                    compensation_id, found_at)
                    VALUES (:run, :registration, :kind, :service, :reference, CAST(:amount AS numeric), :currency,
                            CAST(:row AS uuid), :at)
                    ON CONFLICT (run_id, registration_id, kind, service) DO UPDATE
                    SET reference = excluded.reference, amount = excluded.amount, currency = excluded.currency,
                        compensation_id = excluded.compensation_id, found_at = excluded.found_at
                    """);
            for (Finding finding : request.findings()) {
                Money amount = finding.amount();
                rows.bind("run", request.runId())
                        .bind("registration", finding.registrationId().value())
                        .bind("kind", finding.kind().code())
                        .bind("service", finding.service().code())
                        .bind("reference", finding.reference())
                        .bind("amount", amount == null ? null : amount.amount())
                        .bind("currency", amount == null ? null : amount.currency())
                        .bind("row", finding.compensation())
                        .bind("at", request.at())
                        .add();
            }
            rows.execute();
        });
        request.findings()
                .forEach(finding -> meters.reconcileFound(finding.kind().code()));
    }
}
