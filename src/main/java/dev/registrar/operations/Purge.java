package dev.registrar.operations;

import dev.registrar.metrics.RegistrarMeters;
import io.dropwizard.util.Duration;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what is older than its retention, in small batches, each a transaction of its own. Rows that another instance is at
 * are passed over, so that all may do it at once. Thread-safe.
 */
public final class Purge {

    /** Few enough to be done in some milliseconds. */
    private static final int BATCH = 200;

    /** What goes with a registration, before the row itself. */
    private static final String[] DEPENDENTS = {
        "DELETE FROM replay_items WHERE registration_id = ANY(:ids)",
        "DELETE FROM compensations WHERE registration_id = ANY(:ids)",
        "DELETE FROM notification_resends WHERE registration_id = ANY(:ids)",
        "DELETE FROM reconcile_findings WHERE registration_id = ANY(:ids)",
    };

    private final Jdbi jdbi;
    private final RetentionConfiguration retention;
    private final int looks;
    private final RegistrarMeters meters;
    private final Clock clock;

    /** @param looks how many looks for a late charge a registration gets after its end: with fewer behind it, it stays */
    public Purge(Jdbi jdbi, RetentionConfiguration retention, int looks, RegistrarMeters meters, Clock clock) {
        this.jdbi = jdbi;
        this.retention = retention;
        this.looks = looks;
        this.meters = meters;
        this.clock = clock;
    }

    /** Deletes all that is due. */
    public void run() {
        batches("idempotency_keys", retention.idempotencyKeys(), this::forgetKeys);
        batches("registrations", retention.endedRegistrations(), this::deleteRegistrations);
        batches("audit", retention.audit(), this::deleteAudit);
    }

    private interface Batch {

        int delete(Handle handle, Instant before);
    }

    private void batches(String rows, @Nullable Duration after, Batch batch) {
        if (after == null) {
            return;
        }
        Instant before = clock.instant().minus(after.toJavaDuration());
        int deleted;
        do {
            deleted = jdbi.inTransaction(handle -> batch.delete(handle, before));
            meters.purged(rows, deleted);
        } while (deleted == BATCH && !Thread.currentThread().isInterrupted());
    }

    private int forgetKeys(Handle handle, Instant before) {
        return handle.createUpdate("""
                        UPDATE registrations SET idempotency_key = NULL
                        WHERE id IN (SELECT id FROM registrations
                                     WHERE idempotency_key IS NOT NULL AND finished_at IS NOT NULL AND created_at < :before
                                     ORDER BY created_at LIMIT :batch FOR UPDATE SKIP LOCKED)
                        """)
                .bind("before", before)
                .bind("batch", BATCH)
                .execute();
    }

    private int deleteRegistrations(Handle handle, Instant before) {
        var ids = handle.createQuery("""
                        SELECT id FROM registrations r
                        WHERE finished_at < :before AND status IN ('COMPLETED', 'FAILED', 'CANCELLED')
                          AND NOT (charge_in_doubt AND watch_stage < :looks)
                          AND NOT EXISTS (SELECT 1 FROM compensations c
                                          WHERE c.registration_id = r.id AND c.state NOT IN ('DONE', 'RESOLVED'))
                          AND NOT EXISTS (SELECT 1 FROM notification_resends n
                                          WHERE n.registration_id = r.id AND n.finished_at IS NULL)
                          AND NOT EXISTS (SELECT 1 FROM replay_items i JOIN replay_batches b ON b.id = i.batch_id
                                          WHERE i.registration_id = r.id AND b.finished_at IS NULL)
                        LIMIT :batch FOR UPDATE SKIP LOCKED
                        """)
                .bind("before", before)
                .bind("looks", looks)
                .bind("batch", BATCH)
                .mapTo(UUID.class)
                .list();
        for (String dependents : DEPENDENTS) {
            handle.createUpdate(dependents).bindArray("ids", UUID.class, ids).execute();
        }
        return handle.createUpdate("DELETE FROM registrations WHERE id = ANY(:ids)")
                .bindArray("ids", UUID.class, ids)
                .execute();
    }

    /** The table lets nothing go but to a transaction that says how old it is. */
    private int deleteAudit(Handle handle, Instant before) {
        handle.createQuery("SELECT set_config('registrar.purge_before', :before, true)")
                .bind("before", before.toString())
                .mapTo(String.class)
                .one();
        return handle.createUpdate("""
                        DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < :before
                                                       ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED)
                        """)
                .bind("before", before)
                .bind("batch", BATCH)
                .execute();
    }
}
