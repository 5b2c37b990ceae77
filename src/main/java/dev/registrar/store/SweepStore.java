package dev.registrar.store;

import dev.registrar.model.DataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** What the sweeper finds in the table of registrations, and its leases there. Thread-safe. */
public final class SweepStore {

    private final Jdbi jdbi;
    private final DataCodec codec;
    private final JsonColumns json;

    public SweepStore(Jdbi jdbi, DataCodec codec, JsonColumns json) {
        this.json = json;
        this.jdbi = jdbi;
        this.codec = codec;
    }

    /**
     * Leases registrations that have not ended, those never looked at first; none that another sweeper holds.
     *
     * @param acceptedBefore leaves younger ones alone: their request may still be starting them
     * @param lease from {@code now} on nobody else gets them
     */
    public List<UnfinishedRegistration> lease(
            String owner, Instant now, Instant acceptedBefore, Duration lease, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        UPDATE registrations SET lease_owner = :owner, lease_until = :until
                        WHERE id IN (SELECT id FROM registrations
                                     WHERE finished_at IS NULL AND request IS NOT NULL
                                       AND status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING')
                                       AND created_at < :before AND (lease_until IS NULL OR lease_until < :now)
                                     ORDER BY lease_until NULLS FIRST, created_at
                                     LIMIT :limit FOR UPDATE SKIP LOCKED)
                        RETURNING id, codec, request, status, created_at, sweep, steps, errors,
                                  cancel_requested_at IS NOT NULL AS cancelled, compensating_at IS NOT NULL AS undo,
                                  (SELECT resolution FROM compensations c
                                   WHERE c.registration_id = registrations.id AND c.action = 'resolve_payment'
                                     AND c.state IN ('DONE', 'RESOLVED')) AS resolution,
                                  (SELECT array_agg(e.id) FROM registrations e
                                   WHERE e.user_id = registrations.user_id AND e.charge_in_doubt
                                     AND e.id <> registrations.id) AS earlier
                        """)
                .bind("owner", owner)
                .bind("now", now)
                .bind("until", now.plus(lease))
                .bind("before", acceptedBefore)
                .bind("limit", limit)
                .map((row, context) -> map(row))
                .list());
    }

    /**
     * Writes that the holder of the lease is about to start the registration for the {@code sweep}-th time; false where the
     * lease is lost, the registration has ended, or somebody else was faster.
     */
    public boolean markSweep(RegistrationId id, String owner, int sweep) {
        return jdbi.withHandle(handle -> handle.createUpdate("""
                        UPDATE registrations SET sweep = :sweep
                        WHERE id = :id AND lease_owner = :owner AND sweep = :sweep - 1
                          AND status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING')
                        """)
                        .bind("id", id.value())
                        .bind("owner", owner)
                        .bind("sweep", sweep)
                        .execute())
                == 1;
    }

    /** Writes that an accepted registration runs. */
    public void started(RegistrationId id, Instant at) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE registrations SET status = 'RUNNING', updated_at = :at WHERE id = :id AND status = 'ACCEPTED'")
                .bind("id", id.value())
                .bind("at", at)
                .execute());
    }

    private UnfinishedRegistration map(ResultSet row) throws SQLException {
        RegistrationId id = new RegistrationId(row.getObject("id", UUID.class));
        return new UnfinishedRegistration(
                id,
                codec.open(
                        new SealedData(row.getShort("codec"), row.getBytes("request")),
                        RequestData.class,
                        RegistrationStore.place(id)),
                RegistrationStatus.valueOf(row.getString("status")),
                row.getTimestamp("created_at").toInstant(),
                row.getInt("sweep"),
                row.getBoolean("cancelled"),
                row.getBoolean("undo"),
                json.read(row.getString("resolution"), PaymentResolution.class),
                EarlierChargeColumn.read(row.getArray("earlier")),
                json.history(row));
    }
}
