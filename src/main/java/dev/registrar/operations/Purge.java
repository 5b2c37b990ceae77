package dev.registrar.operations;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.store.IndexScans;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.customizer.Define;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Deletes rows past their retention, in small batches, each in its own transaction. Skips rows that another instance
 * has locked, so that all instances can purge at the same time. Thread-safe.
 */
public final class Purge {

    /** Small enough to take a few milliseconds. */
    private static final int BATCH = 200;

    /** Tables whose rows are deleted with their registration, before it. */
    private static final List<String> DEPENDENTS =
            List.of("batch_items", "compensations", "commands", "reconcile_findings");

    private final Jdbi jdbi;
    private final RetentionConfiguration retention;
    private final RegistrarMeters meters;
    private final Clock clock;

    public Purge(Jdbi jdbi, RetentionConfiguration retention, RegistrarMeters meters, Clock clock) {
        this.jdbi = jdbi;
        this.retention = retention;
        this.meters = meters;
        this.clock = clock;
    }

    public void run() {
        batches("idempotency_keys", retention.idempotencyKeys(), (dao, before) -> dao.forgetKeys(before, BATCH));
        deleteRegistrations(retention.endedRegistrations());
        batches("audit", retention.audit(), Purge::deleteAudit);
    }

    private interface Batch {

        int delete(Dao dao, Instant before);
    }

    private void batches(String rows, @Nullable Duration after, Batch batch) {
        if (after == null) {
            return;
        }
        Instant before = clock.instant().minus(after.toJavaDuration());
        int deleted;
        do {
            deleted = IndexScans.only(jdbi, handle -> batch.delete(handle.attach(Dao.class), before));
            meters.purged(rows, deleted);
        } while (deleted == BATCH && !Thread.currentThread().isInterrupted());
    }

    /** By acceptance, each slice after the one before: rows that have to stay are not met again and again. */
    private void deleteRegistrations(@Nullable Duration after) {
        if (after == null) {
            return;
        }
        Instant before = clock.instant().minus(after.toJavaDuration());
        List<Dao.Candidate> slice = List.of(new Dao.Candidate(new UUID(0, 0), Instant.EPOCH, false));
        do {
            Dao.Candidate last = slice.get(slice.size() - 1);
            slice = IndexScans.only(jdbi, handle -> deleteRegistrations(handle.attach(Dao.class), before, last));
            meters.purged("registrations", (int)
                    slice.stream().filter(Dao.Candidate::deletable).count());
        } while (slice.size() == BATCH && !Thread.currentThread().isInterrupted());
    }

    /** Returns the slice after this one, of which it has deleted what may be deleted. */
    private static List<Dao.Candidate> deleteRegistrations(Dao dao, Instant before, Dao.Candidate last) {
        List<Dao.Candidate> slice = dao.expiredRegistrations(before, last, BATCH);
        List<UUID> ids = slice.stream()
                .filter(Dao.Candidate::deletable)
                .map(Dao.Candidate::id)
                .toList();
        DEPENDENTS.forEach(table -> dao.deleteDependents(table, ids));
        dao.deleteTombstones(ids);
        dao.deleteRegistrations(ids);
        return slice;
    }

    /** The table permits deletions only in a transaction that declares the age of the deleted rows. */
    private static int deleteAudit(Dao dao, Instant before) {
        dao.permitAuditPurge(before.toString());
        return dao.deleteAudit(before, BATCH);
    }

    interface Dao {

        /** @param deletable whether nothing of it is open */
        record Candidate(UUID id, Instant createdAt, boolean deletable) {}

        @SqlUpdate("""
                UPDATE registrations SET idempotency_key = NULL
                WHERE id IN (SELECT id FROM registrations
                             WHERE idempotency_key IS NOT NULL AND finished_at IS NOT NULL AND created_at < :before
                             ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED)
                """)
        int forgetKeys(Instant before, int batch);

        /** Those after the last one. One by one: their rows are looked up by index. */
        @SqlQuery("""
                WITH slice AS MATERIALIZED (
                    SELECT id, created_at FROM registrations
                    WHERE created_at < :before AND finished_at < :before AND status IN ('COMPLETED', 'FAILED', 'CANCELLED')
                      AND attend_at IS NULL AND command_seq = applied_seq AND (created_at, id) > (:createdAt, :id)
                    ORDER BY created_at, id LIMIT :batch FOR UPDATE SKIP LOCKED)
                SELECT id, created_at,
                       NOT EXISTS (SELECT 1 FROM compensations c WHERE c.registration_id = slice.id AND c.state NOT IN ('DONE', 'RESOLVED'))
                       AND NOT EXISTS (SELECT 1 FROM batch_items i JOIN batches b ON b.id = i.batch_id
                                       WHERE i.registration_id = slice.id AND b.finished_at IS NULL) AS deletable
                FROM slice ORDER BY created_at, id
                """)
        @RegisterConstructorMapper(Candidate.class)
        List<Candidate> expiredRegistrations(Instant before, @BindMethods Candidate last, int batch);

        @SqlUpdate("DELETE FROM <table> WHERE registration_id = ANY(:ids)")
        void deleteDependents(@Define String table, List<UUID> ids);

        /** A registration that is deleted saves no account any more. */
        @SqlUpdate("""
                DELETE FROM accounts a USING registrations r
                WHERE r.id = ANY(:ids) AND a.user_id = r.user_id AND a.registration_id = r.id AND a.deleted_at IS NOT NULL
                """)
        void deleteTombstones(List<UUID> ids);

        @SqlUpdate("DELETE FROM registrations WHERE id = ANY(:ids)")
        void deleteRegistrations(List<UUID> ids);

        @SqlQuery("SELECT set_config('registrar.purge_before', :before, true)")
        String permitAuditPurge(String before);

        @SqlUpdate("""
                DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < :before
                                               ORDER BY at LIMIT :batch FOR UPDATE SKIP LOCKED)
                """)
        int deleteAudit(Instant before, int batch);
    }

    /**
     * The section {@code retention}: when rows are deleted automatically. Registrations that have not ended are never
     * deleted.
     *
     * @param idempotencyKeys how long after acceptance the client's key is kept; default 30 days, at least one day
     * @param endedRegistrations how long after its end a registration is kept, with its undo work, resends and
     *     comparisons; default for ever, at least 30 days. The account stays
     * @param audit how long an entry of the audit log is kept; default for ever, at least 90 days, which the database
     *     enforces too
     * @param every how often each instance purges; default and at most 5 min, so that a hanging purge is noticed
     */
    public record RetentionConfiguration(
            @NotNull @MinDuration(value = 1, unit = TimeUnit.DAYS)
            Duration idempotencyKeys,

            @Nullable @MinDuration(value = 30, unit = TimeUnit.DAYS)
            Duration endedRegistrations,

            @Nullable @MinDuration(value = 90, unit = TimeUnit.DAYS)
            Duration audit,

            @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS) @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
            Duration every) {

        public RetentionConfiguration(
                @Nullable Duration idempotencyKeys,
                @Nullable Duration endedRegistrations,
                @Nullable Duration audit,
                @Nullable Duration every) {
            this.idempotencyKeys = idempotencyKeys == null ? Duration.days(30) : idempotencyKeys;
            this.endedRegistrations = endedRegistrations;
            this.audit = audit;
            this.every = every == null ? Duration.minutes(5) : every;
        }

        public static RetentionConfiguration defaults() {
            return new RetentionConfiguration(null, null, null, null);
        }
    }
}
