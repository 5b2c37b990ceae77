package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.CompensationRows.Standing;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RequestData;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The tables of replay batches, written over JDBI from their workflow. Thread-safe. */
public final class JdbiReplayRecords implements ReplayRecords {

    /** Longer than the undo of one item may take; a batch that dies frees its row after this. */
    private static final Duration CLAIM = Duration.ofMinutes(15);

    private final Jdbi jdbi;
    private final RegistrationStore registrations;
    private final RegistrarMeters meters;
    private final CompensationRows rows;

    public JdbiReplayRecords(Jdbi jdbi, RegistrationStore registrations, RegistrarMeters meters) {
        this.meters = meters;
        this.rows = new CompensationRows(meters);
        this.jdbi = jdbi;
        this.registrations = registrations;
    }

    @Override
    public NextItem nextItem(BatchReference request) {
        return jdbi.inTransaction(handle -> {
            ReplayState state = handle.createQuery("SELECT state FROM replay_batches WHERE id = :id")
                    .bind("id", request.batchId())
                    .mapTo(ReplayState.class)
                    .one();
            if (state != ReplayState.RUNNING) {
                return new NextItem(state, null, 0, List.of());
            }
            Item item = handle.createQuery("""
                            SELECT i.position, i.compensation_id, c.intended_end, r.id, r.user_id, r.amount, r.currency
                            FROM replay_items i
                            JOIN compensations c ON c.id = i.compensation_id
                            JOIN registrations r ON r.id = i.registration_id
                            WHERE i.batch_id = :batch AND i.result IS NULL ORDER BY i.position LIMIT 1
                            """)
                    .bind("batch", request.batchId())
                    .map((row, context) -> new Item(
                            row.getInt("position"),
                            row.getObject("compensation_id", UUID.class),
                            new RegistrationId(row.getObject("id", UUID.class)),
                            row.getString("user_id"),
                            new Money(row.getBigDecimal("amount"), row.getString("currency")),
                            RegistrationStatus.valueOf(row.getString("intended_end")),
                            false,
                            List.of(),
                            null))
                    .findOne()
                    .map(found -> claim(handle, found, request))
                    .orElse(null);
            return new NextItem(state, item, left(handle, request.batchId()), recent(handle, request.batchId()));
        });
    }

    /**
     * Claims all of the registration's undo that can be done now, because one replay does it in its order: not while the
     * saga itself, or another batch, is at it. A row that is closed meanwhile may be looked at by everybody.
     */
    private Item claim(Handle handle, Item item, BatchReference request) {
        Standing standing = rows.lock(handle, item.registrationId());
        List<UndoRow> undo = CompensationLedger.rows(CompensationLedger.of(handle, item.registrationId()));
        UndoRow own = undo.stream()
                .filter(row -> row.id().equals(item.compensationId()))
                .findFirst()
                .orElseThrow();
        boolean resolve = own.action() == UndoAction.RESOLVE_PAYMENT;
        boolean claimed = own.state().closed()
                || (standing.status().settled() && claimRows(handle, item.registrationId(), resolve, request));
        return new Item(
                item.position(),
                item.compensationId(),
                item.registrationId(),
                item.userId(),
                item.price(),
                item.intendedEnd(),
                claimed,
                undo.stream()
                        .filter(row -> row.action() != UndoAction.RESOLVE_PAYMENT)
                        .toList(),
                resolve && !own.state().closed() ? own : null);
    }

    private static boolean claimRows(Handle handle, RegistrationId id, boolean resolve, BatchReference request) {
        return handle.createUpdate("""
                        UPDATE compensations SET state = 'REPLAYING', claimed_by = :batch, claimed_until = :until
                        WHERE registration_id = :id AND (action = 'resolve_payment') = :resolve
                          AND state IN ('OPEN', 'REPLAYING')
                          AND NOT EXISTS (SELECT 1 FROM compensations others
                                          WHERE others.registration_id = :id AND others.state = 'REPLAYING'
                                            AND others.claimed_by <> :batch AND others.claimed_until >= :at)
                        """)
                        .bind("id", id.value())
                        .bind("resolve", resolve)
                        .bind("batch", request.batchId())
                        .bind("until", request.at().plus(CLAIM))
                        .bind("at", request.at())
                        .execute()
                > 0;
    }

    private static int left(Handle handle, UUID batchId) {
        return handle.createQuery("SELECT count(*) FROM replay_items WHERE batch_id = :batch AND result IS NULL")
                .bind("batch", batchId)
                .mapTo(Integer.class)
                .one();
    }

    private static List<ReplayResult> recent(Handle handle, UUID batchId) {
        return handle.createQuery("""
                        SELECT result FROM replay_items WHERE batch_id = :batch AND result IS NOT NULL
                          AND position > (SELECT judged_after FROM replay_batches WHERE id = :batch)
                        ORDER BY position DESC LIMIT 10
                        """)
                .bind("batch", batchId)
                .mapTo(ReplayResult.class)
                .list();
    }

    @Override
    public void recordItem(ItemResult request) {
        jdbi.useTransaction(handle -> {
            int written = handle.createUpdate("""
                            UPDATE replay_items SET result = :result, error_code = COALESCE(:code,
                                   (SELECT CASE WHEN :result = 'VERIFIED' THEN NULL ELSE last_error_code END
                                    FROM compensations WHERE id = :row)), finished_at = :at
                            WHERE batch_id = :batch AND position = :position AND result IS NULL
                            """)
                    .bind("batch", request.batchId())
                    .bind("position", request.position())
                    .bind("row", request.compensationId())
                    .bind("result", request.result().name())
                    .bind("code", request.errorCode())
                    .bind("at", request.at())
                    .execute();
            if (written == 1) {
                handle.afterCommit(
                        () -> meters.replayItem(request.result().name().toLowerCase(Locale.ROOT)));
            }
            handle.createUpdate("""
                            UPDATE compensations SET state = 'OPEN', claimed_by = NULL, claimed_until = NULL
                            WHERE registration_id = (SELECT registration_id FROM compensations WHERE id = :row)
                              AND state = 'REPLAYING' AND claimed_by = :batch
                            """)
                    .bind("row", request.compensationId())
                    .bind("batch", request.batchId())
                    .execute();
            touch(handle, request.batchId(), request.at());
        });
    }

    private static void touch(Handle handle, UUID batchId, Instant at) {
        handle.createUpdate("UPDATE replay_batches SET updated_at = :at WHERE id = :batch")
                .bind("batch", batchId)
                .bind("at", at)
                .execute();
    }

    @Override
    public AccountData accountData(AccountDataRequest request) {
        UserProfile profile = registrations
                .request(request.registrationId())
                .map(RequestData::userProfile)
                .orElse(null);
        String transactionId = registrations
                .find(request.registrationId())
                .flatMap(Registration::transactionId)
                .orElse(null);
        return new AccountData(profile, transactionId);
    }

    @Override
    public void recordState(BatchState request) {
        int written = jdbi.withHandle(handle -> handle.createUpdate("""
                        UPDATE replay_batches
                        SET state = :state, note = :note, updated_at = :at,
                            finished_at = CASE WHEN :state = 'DONE' THEN CAST(:at AS timestamptz) END
                        WHERE id = :id AND state = 'RUNNING'
                        """)
                .bind("id", request.batchId())
                .bind("state", request.state().name())
                .bind("note", request.note())
                .bind("at", request.at())
                .execute());
        if (written == 1) {
            meters.replayBatch(request.state().name().toLowerCase(Locale.ROOT));
        }
    }
}
