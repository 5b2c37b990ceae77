package dev.registrar.operations;

import dev.registrar.model.RegistrationId;
import dev.registrar.operations.ErasureOperations.ErasedRegistration;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The personal data of one user, in all tables that have some. Thread-safe. */
public final class PersonalData {

    private final Jdbi jdbi;

    public PersonalData(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    private record Row(
            UUID id, String status, boolean ended, @Nullable Instant erasedAt) {

        static Row of(ResultSet row) throws SQLException {
            Timestamp erased = row.getTimestamp("erased_at");
            return new Row(
                    row.getObject("id", UUID.class),
                    row.getString("status"),
                    row.getTimestamp("finished_at") != null,
                    erased == null ? null : erased.toInstant());
        }
    }

    Optional<String> userOf(UUID registration) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT user_id FROM registrations WHERE id = :id")
                .bind("id", registration)
                .mapTo(String.class)
                .findOne());
    }

    /**
     * Erases; false where nothing was left to erase.
     *
     * @throws OperationRefusedException the user is unknown, or something still needs the data
     */
    boolean erase(String userId, Instant at) {
        return jdbi.inTransaction(handle -> {
            List<Row> rows = handle.createQuery("""
                            SELECT id, status, finished_at, erased_at FROM registrations WHERE user_id = :user
                            ORDER BY created_at FOR UPDATE
                            """)
                    .bind("user", userId)
                    .map((row, context) -> Row.of(row))
                    .list();
            if (rows.isEmpty() && !hasAccount(handle, userId)) {
                throw OperationRefusedException.unknown("user of this id");
            }
            requireAtRest(handle, rows);
            int erased = eraseRegistrations(handle, userId, at);
            erased += handle.createUpdate("""
                            DELETE FROM notification_resends
                            WHERE registration_id IN (SELECT id FROM registrations WHERE user_id = :user)
                            """).bind("user", userId).execute();
            erased +=
                    handle.createUpdate("""
                            UPDATE accounts SET data = NULL, updated_at = :at WHERE user_id = :user AND data IS NOT NULL
                            """).bind("user", userId).bind("at", at).execute();
            return erased > 0;
        });
    }

    /** The hash of the body and the client's key may say something about the person, too. */
    private static int eraseRegistrations(Handle handle, String userId, Instant at) {
        return handle.createUpdate("""
                        UPDATE registrations
                        SET request = NULL, body_hash = '', idempotency_key = NULL, erased_at = :at, updated_at = :at
                        WHERE user_id = :user AND erased_at IS NULL
                        """).bind("user", userId).bind("at", at).execute();
    }

    private static void requireAtRest(Handle handle, List<Row> rows) {
        for (Row row : rows) {
            if (!row.ended()) {
                throw OperationRefusedException.wrongState("Registration " + row.id() + " of this user is "
                        + row.status() + ": it needs the data. Erase when it has ended.");
            }
        }
        UUID[] ids = rows.stream().map(Row::id).toArray(UUID[]::new);
        busy(handle, ids, "SELECT registration_id FROM compensations WHERE state NOT IN ('DONE', 'RESOLVED')")
                .ifPresent(id -> {
                    throw OperationRefusedException.wrongState(
                            "Registration " + id + " of this user has open undo work: close it first.");
                });
        busy(handle, ids, "SELECT registration_id FROM notification_resends WHERE finished_at IS NULL")
                .ifPresent(id -> {
                    throw OperationRefusedException.wrongState(
                            "A message of registration " + id + " of this user is being sent: wait for its end.");
                });
    }

    private static Optional<UUID> busy(Handle handle, UUID[] ids, String rows) {
        return handle.createQuery(rows + " AND registration_id = ANY(:ids) LIMIT 1")
                .bindArray("ids", UUID.class, (Object[]) ids)
                .mapTo(UUID.class)
                .findOne();
    }

    private static boolean hasAccount(Handle handle, String userId) {
        return handle.createQuery("SELECT TRUE FROM accounts WHERE user_id = :user")
                .bind("user", userId)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    List<ErasedRegistration> erased(String userId) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, user_id, status, erased_at FROM registrations
                        WHERE user_id = :user AND erased_at IS NOT NULL ORDER BY created_at
                        """)
                .bind("user", userId)
                .map((row, context) -> new ErasedRegistration(
                        new RegistrationId(row.getObject("id", UUID.class)),
                        row.getString("user_id"),
                        row.getString("status"),
                        row.getTimestamp("erased_at").toInstant()))
                .list());
    }
}
