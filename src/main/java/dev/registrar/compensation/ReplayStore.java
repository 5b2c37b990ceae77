package dev.registrar.compensation;

import dev.registrar.metrics.RegistrarMeters;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The tables of replay batches as operators and the sweeper use them. Thread-safe. */
public final class ReplayStore {

    private final Jdbi jdbi;
    private final RegistrarMeters meters;

    public ReplayStore(Jdbi jdbi, RegistrarMeters meters) {
        this.meters = meters;
        this.jdbi = jdbi;
    }

    /** A batch that has to be running. */
    public record OpenBatch(UUID id, BigDecimal rate) {}

    /** Freezes a selection. */
    public void create(
            UUID batchId, String actor, String reason, BigDecimal rate, List<Compensation> selection, Instant at) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            INSERT INTO replay_batches (id, actor, reason, rate, state, created_at, updated_at)
                            VALUES (:id, :actor, :reason, :rate, 'RUNNING', :at, :at)
                            """)
                    .bind("id", batchId)
                    .bind("actor", actor)
                    .bind("reason", reason)
                    .bind("rate", rate)
                    .bind("at", at)
                    .execute();
            PreparedBatch items = handle.prepareBatch("""
                    INSERT INTO replay_items (batch_id, position, compensation_id, registration_id)
                    VALUES (:batch, :position, :row, :registration)
                    """);
            for (int i = 0; i < selection.size(); i++) {
                items.bind("batch", batchId)
                        .bind("position", i + 1)
                        .bind("row", selection.get(i).id())
                        .bind("registration", selection.get(i).registrationId().value())
                        .add();
            }
            items.execute();
            handle.afterCommit(() -> meters.replayBatch("started"));
        });
    }

    /** The batch with all its items. */
    public Optional<ReplayBatch> find(UUID batchId) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT b.*, count(i.*) AS total,
                               count(*) FILTER (WHERE i.result = 'VERIFIED') AS verified,
                               count(*) FILTER (WHERE i.result = 'STILL_FAILING') AS failing,
                               count(*) FILTER (WHERE i.result = 'UNKNOWN') AS unknown
                        FROM replay_batches b LEFT JOIN replay_items i ON i.batch_id = b.id
                        WHERE b.id = :id GROUP BY b.id
                        """)
                .bind("id", batchId)
                .map((row, context) -> {
                    Timestamp finished = row.getTimestamp("finished_at");
                    return new ReplayBatch(
                            batchId,
                            ReplayState.valueOf(row.getString("state")),
                            row.getString("note"),
                            row.getBigDecimal("rate"),
                            row.getInt("total"),
                            row.getInt("verified"),
                            row.getInt("failing"),
                            row.getInt("unknown"),
                            row.getTimestamp("created_at").toInstant(),
                            row.getTimestamp("updated_at").toInstant(),
                            finished == null ? null : finished.toInstant(),
                            items(handle, batchId));
                })
                .findOne());
    }

    private static List<ReplayBatch.BatchItem> items(Handle handle, UUID batchId) {
        return handle.createQuery("""
                        SELECT c.*, i.position AS item, i.result, i.error_code
                        FROM replay_items i JOIN compensations c ON c.id = i.compensation_id
                        WHERE i.batch_id = :id ORDER BY i.position
                        """)
                .bind("id", batchId)
                .map((row, context) -> {
                    String result = row.getString("result");
                    return new ReplayBatch.BatchItem(
                            row.getInt("item"),
                            CompensationLedger.map(row),
                            result == null ? null : ReplayResult.valueOf(result),
                            row.getString("error_code"));
                })
                .list();
    }

    /** Changes the state where the batch has not ended; false where it has. One that had stopped is judged anew. */
    public boolean change(UUID batchId, ReplayState state, Instant at) {
        boolean changed = jdbi.withHandle(handle -> handle.createUpdate("""
                        UPDATE replay_batches
                        SET state = :state, updated_at = :at, note = NULL, lease_until = NULL,
                            judged_after = CASE WHEN state = 'STOPPED' AND :state = 'RUNNING'
                                                THEN (SELECT COALESCE(max(position), 0) FROM replay_items
                                                      WHERE batch_id = :id AND result IS NOT NULL)
                                                ELSE judged_after END,
                            finished_at = CASE WHEN :state = 'CANCELLED' THEN CAST(:at AS timestamptz) END
                        WHERE id = :id AND state IN ('RUNNING', 'PAUSED', 'STOPPED')
                        """)
                        .bind("id", batchId)
                        .bind("state", state.name())
                        .bind("at", at)
                        .execute())
                == 1;
        if (changed && state == ReplayState.CANCELLED) {
            meters.replayBatch("cancelled");
        }
        return changed;
    }

    /** Batches whose workflow should be running, for one sweeper at a time. */
    public List<OpenBatch> lease(Instant now, Duration lease) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        UPDATE replay_batches SET lease_until = :until
                        WHERE id IN (SELECT id FROM replay_batches
                                     WHERE finished_at IS NULL AND state = 'RUNNING' AND created_at < :before
                                       AND (lease_until IS NULL OR lease_until < :now)
                                     FOR UPDATE SKIP LOCKED)
                        RETURNING id, rate
                        """)
                .bind("until", now.plus(lease))
                .bind("now", now)
                .bind("before", now.minusSeconds(1))
                .map((row, context) -> new OpenBatch(row.getObject("id", UUID.class), row.getBigDecimal("rate")))
                .list());
    }
}
