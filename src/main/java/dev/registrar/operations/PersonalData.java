package dev.registrar.operations;

import dev.registrar.model.RegistrationId;
import dev.registrar.operations.ErasureOperations.ErasedRegistration;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The personal data of one user, in all tables that hold some. Thread-safe. */
public final class PersonalData {

    private final Jdbi jdbi;
    private final Dao dao;

    public PersonalData(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.dao = jdbi.onDemand(Dao.class);
    }

    Optional<String> userOf(UUID registration) {
        return dao.userOf(registration);
    }

    List<ErasedRegistration> erased(String userId) {
        return dao.erased(userId);
    }

    /**
     * Erases the user's data; false if there was nothing left to erase.
     *
     * @throws OperationRefusedException the user is unknown, or something still needs the data
     */
    boolean erase(String userId, Instant at) {
        return jdbi.inTransaction(handle -> {
            Dao locked = handle.attach(Dao.class);
            List<Dao.Row> rows = locked.lockRegistrations(userId);
            if (rows.isEmpty() && !locked.hasAccount(userId)) {
                throw OperationRefusedException.unknown("user of this id");
            }
            requireAtRest(locked, rows);
            int erased = locked.eraseRegistrations(userId, at);
            erased += locked.erasePayloads(userId);
            erased += locked.eraseAccount(userId, at);
            return erased > 0;
        });
    }

    private static void requireAtRest(Dao dao, List<Dao.Row> rows) {
        for (Dao.Row row : rows) {
            if (!row.ended()) {
                throw OperationRefusedException.wrongState("Registration " + row.id() + " of this user is "
                        + row.status() + ": it needs the data. Erase when it has ended.");
            }
        }
        List<UUID> ids = rows.stream().map(Dao.Row::id).toList();
        dao.withOpenUndo(ids).ifPresent(id -> {
            throw OperationRefusedException.wrongState(
                    "Registration " + id + " of this user has open undo work: close it first.");
        });
        dao.withPendingCommand(ids).ifPresent(id -> {
            throw OperationRefusedException.wrongState(
                    "Registration " + id + " of this user has a command that is not yet applied: wait for that.");
        });
    }

    @RegisterConstructorMapper(Dao.Row.class)
    @RegisterRowMapper(ErasedMapper.class)
    interface Dao {

        /** A registration of the user. */
        record Row(UUID id, String status, boolean ended) {}

        @SqlQuery("SELECT user_id FROM registrations WHERE id = :id")
        Optional<String> userOf(UUID id);

        @SqlQuery("""
                SELECT id, status, finished_at IS NOT NULL AS ended FROM registrations WHERE user_id = :user
                ORDER BY created_at FOR UPDATE
                """)
        List<Row> lockRegistrations(String user);

        @SqlQuery("SELECT EXISTS (SELECT 1 FROM accounts WHERE user_id = :user AND deleted_at IS NULL)")
        boolean hasAccount(String user);

        @SqlQuery("""
                SELECT registration_id FROM compensations
                WHERE state NOT IN ('DONE', 'RESOLVED') AND registration_id = ANY(:ids) LIMIT 1
                """)
        Optional<UUID> withOpenUndo(List<UUID> ids);

        @SqlQuery("""
                SELECT registration_id FROM commands
                WHERE applied_at IS NULL AND registration_id = ANY(:ids) LIMIT 1
                """)
        Optional<UUID> withPendingCommand(List<UUID> ids);

        /** The hash of the body and the client's key may reveal something about the person, too. */
        @SqlUpdate("""
                UPDATE registrations
                SET request = NULL, body_hash = '', idempotency_key = NULL, erased_at = :at, updated_at = :at
                WHERE user_id = :user AND erased_at IS NULL
                """)
        int eraseRegistrations(String user, Instant at);

        @SqlUpdate("""
                UPDATE commands SET payload = NULL
                WHERE payload IS NOT NULL
                  AND registration_id IN (SELECT id FROM registrations WHERE user_id = :user)
                """)
        int erasePayloads(String user);

        @SqlUpdate("UPDATE accounts SET data = NULL, updated_at = :at WHERE user_id = :user AND data IS NOT NULL")
        int eraseAccount(String user, Instant at);

        @SqlQuery("""
                SELECT id, user_id, status, erased_at FROM registrations
                WHERE user_id = :user AND erased_at IS NOT NULL ORDER BY created_at
                """)
        List<ErasedRegistration> erased(String user);
    }

    public static final class ErasedMapper implements RowMapper<ErasedRegistration> {

        @Override
        public ErasedRegistration map(ResultSet row, StatementContext context) throws SQLException {
            return new ErasedRegistration(
                    new RegistrationId(row.getObject("id", UUID.class)),
                    row.getString("user_id"),
                    row.getString("status"),
                    row.getTimestamp("erased_at").toInstant());
        }
    }
}
