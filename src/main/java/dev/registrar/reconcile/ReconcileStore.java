package dev.registrar.reconcile;

import dev.registrar.model.Money;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.reconcile.Finding.FindingKind;
import dev.registrar.reconcile.ReconcileRecords.Candidate;
import dev.registrar.reconcile.ReconcileStore.OpenRun;
import dev.registrar.reconcile.ReconcileStore.ReconcileDao.Run;
import dev.registrar.store.RegistrationStatus;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

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

    /**
     * The progress of a comparison, and its findings so far.
     *
     * @param compared registrations compared
     * @param limitReached whether it ended at its limit, so that there may be more in the window
     * @param findings the mismatches, by registration
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

    @RegisterConstructorMapper(ReconcileDao.Run.class)
    @RegisterRowMapper(ReconcileDao.FindingMapper.class)
    @RegisterRowMapper(ReconcileDao.CandidateMapper.class)
    interface ReconcileDao {

        /**
         * A row of {@code reconcile_runs}.
         *
         * @param afterAt with {@code afterId} the last registration compared; absent before the first page
         */
        record Run(
                UUID id,
                Instant windowFrom,
                Instant windowTo,
                boolean dryRun,
                int most,
                int compared,
                @Nullable Instant afterAt,
                @Nullable UUID afterId,
                Instant createdAt,
                @Nullable Instant finishedAt) {

            /** By name: a newer version may add columns while this one runs. */
            static final String COLUMNS =
                    "id, window_from, window_to, dry_run, most, compared, after_at, after_id, created_at, finished_at";

            OpenRun open() {
                return new OpenRun(id, windowFrom, windowTo, dryRun);
            }
        }

        @SqlQuery("""
                INSERT INTO reconcile_runs (id, window_from, window_to, dry_run, timed, most, created_at, updated_at)
                VALUES (:id, :from, :to, :dryRun, :timed, :limit, :at, :at)
                ON CONFLICT DO NOTHING RETURNING
                """ + Run.COLUMNS)
        Optional<Run> insert(UUID id, Instant from, Instant to, boolean dryRun, boolean timed, int limit, Instant at);

        @SqlQuery("SELECT " + Run.COLUMNS + """
                 FROM reconcile_runs
                WHERE window_from = :from AND window_to = :to AND dry_run = :dryRun AND finished_at IS NULL
                """)
        Optional<Run> unfinished(Instant from, Instant to, boolean dryRun);

        @SqlQuery("""
                UPDATE reconcile_runs SET lease_until = :until
                WHERE id IN (SELECT id FROM reconcile_runs
                             WHERE finished_at IS NULL AND created_at < :before
                               AND (lease_until IS NULL OR lease_until < :now)
                             FOR UPDATE SKIP LOCKED)
                RETURNING
                """ + Run.COLUMNS)
        List<Run> lease(Instant now, Instant until, Instant before);

        @SqlQuery("SELECT " + Run.COLUMNS + " FROM reconcile_runs WHERE id = :id")
        Optional<Run> find(UUID id);

        @SqlQuery("SELECT " + Run.COLUMNS + " FROM reconcile_runs WHERE id = :id FOR UPDATE")
        Run lock(UUID id);

        /** Changes nothing if another writer is at least as far. */
        @SqlUpdate("""
                UPDATE reconcile_runs
                SET after_at = :afterAt, after_id = :afterId, compared = compared + :compared, updated_at = :at
                WHERE id = :id AND finished_at IS NULL
                  AND (after_at IS NULL OR (after_at, after_id) < (:afterAt, :afterId))
                """)
        boolean advance(UUID id, Instant afterAt, UUID afterId, int compared, Instant at);

        @SqlUpdate("UPDATE reconcile_runs SET finished_at = :at, updated_at = :at WHERE id = :id")
        void finish(UUID id, Instant at);

        /** By creation: first those created before the window that ended in it, then those created in it. */
        @SqlQuery("""
                (SELECT id, user_id, amount, currency, status, provider, created_at FROM registrations
                 WHERE created_at < :from AND finished_at >= :from AND finished_at < :to
                   AND finished_at <= :settled AND status IN ('COMPLETED', 'FAILED', 'CANCELLED')
                   AND (created_at, id) > (:afterAt, :afterId)
                 ORDER BY created_at, id LIMIT :limit)
                UNION ALL
                (SELECT id, user_id, amount, currency, status, provider, created_at FROM registrations
                 WHERE created_at >= :from AND created_at < :to
                   AND finished_at <= :settled AND status IN ('COMPLETED', 'FAILED', 'CANCELLED')
                   AND (created_at, id) > (:afterAt, :afterId)
                 ORDER BY created_at, id LIMIT :limit)
                ORDER BY created_at, id LIMIT :limit
                """)
        List<Candidate> candidates(Instant from, Instant to, Instant settled, Instant afterAt, UUID afterId, int limit);

        @SqlBatch("""
                INSERT INTO reconcile_findings (run_id, registration_id, kind, service, reference, amount, currency,
                                                compensation_id, found_at)
                VALUES (:run, :registrationId.value, :kind.code, :service.code, :reference,
                        CAST(:amount?.amount AS numeric), :amount?.currency, CAST(:compensation AS uuid), :at)
                ON CONFLICT (run_id, registration_id, kind, service) DO UPDATE
                SET reference = excluded.reference, amount = excluded.amount, currency = excluded.currency,
                    compensation_id = excluded.compensation_id, found_at = excluded.found_at
                """)
        void record(UUID run, @BindMethods List<Finding> findings, Instant at);

        /** With the row that the registration's own run has opened for it since, if it has. */
        @SqlQuery("""
                SELECT f.registration_id, f.kind, f.service, f.reference, f.amount, f.currency,
                       (SELECT c.id FROM compensations c
                        WHERE c.registration_id = f.registration_id AND c.closed_at IS NULL
                          AND c.action = CASE f.kind WHEN 'orphaned_charge' THEN 'refund'
                                                     WHEN 'payment_duplicated' THEN 'refund'
                                                     WHEN 'orphaned_profile' THEN 'delete_profile'
                                                     WHEN 'orphaned_account' THEN 'delete_account'
                                                     WHEN 'missing_account' THEN 'save_account' END
                        ORDER BY c.opened_at LIMIT 1) AS compensation_id
                FROM reconcile_findings f WHERE f.run_id = :run ORDER BY f.found_at, f.registration_id, f.kind, f.service
                """)
        List<Finding> findings(UUID run);

        final class CandidateMapper implements RowMapper<Candidate> {

            @Override
            public Candidate map(ResultSet row, StatementContext context) throws SQLException {
                return new Candidate(
                        new RegistrationId(row.getObject("id", UUID.class)),
                        row.getString("user_id"),
                        new Money(row.getBigDecimal("amount"), row.getString("currency")),
                        RegistrationStatus.valueOf(row.getString("status")),
                        row.getTimestamp("created_at").toInstant(),
                        ProviderNames.read(row.getString("provider")));
            }
        }

        final class FindingMapper implements RowMapper<Finding> {

            @Override
            public Finding map(ResultSet row, StatementContext context) throws SQLException {
                BigDecimal amount = row.getBigDecimal("amount");
                return new Finding(
                        new RegistrationId(row.getObject("registration_id", UUID.class)),
                        FindingKind.of(row.getString("kind")),
                        Step.of(row.getString("service")),
                        row.getString("reference"),
                        amount == null ? null : new Money(amount, row.getString("currency")),
                        row.getObject("compensation_id", UUID.class));
            }
        }
    }
}
