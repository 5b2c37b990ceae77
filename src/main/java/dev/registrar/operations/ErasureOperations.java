package dev.registrar.operations;

import dev.registrar.model.TextRules;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.TemporalConnection.TemporalUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Erases a person's data. Amounts, transactions, undo work and audit stay under their opaque ids. Thread-safe. */
public final class ErasureOperations {

    private final PersonalData data;
    private final TemporalConnection temporal;
    private final AuditLog audit;
    private final Clock clock;

    public ErasureOperations(PersonalData data, TemporalConnection temporal, AuditLog audit, Clock clock) {
        this.data = data;
        this.temporal = temporal;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What was erased, now or earlier.
     *
     * @param items the user's registrations; may be empty if only an account is left
     * @param temporal until when Temporal keeps its encrypted histories; one sentence
     */
    public record Erasure(String userId, List<ErasedRegistration> items, String temporal) {}

    /** A registration without personal data. */
    public record ErasedRegistration(UUID id, String userId, String status, Instant erasedAt) {}

    /**
     * Erases the personal data of a user. Refused if one of the user's registrations has not ended, undo work is open
     * or a resend is under way: they need the data. A repeated call changes nothing.
     *
     * @param userId the user; absent if {@code registration} is given
     * @param registration one of the user's registrations; what the operator has seen of it counts
     */
    public Erasure erase(@Nullable String userId, @Nullable UUID registration, OperatorNote note) {
        if ((userId == null) == (registration == null)) {
            throw OperationRefusedException.invalid("userId or id: exactly one of them is needed.");
        }
        if (userId != null && !TextRules.isUserId(userId)) {
            throw OperationRefusedException.invalid("userId: 1 to 64 letters, digits, dots, dashes or underscores.");
        }
        if (registration == null && note.seenSeq() != null) {
            throw OperationRefusedException.invalid("seenSeq: only with id.");
        }
        String user = registration == null ? String.valueOf(userId) : userOf(registration);
        Entry entry = new Entry("erase", "user:" + user, Map.of());
        audit.changing(
                note,
                entry,
                () -> {
                    if (registration != null && note.seenSeq() != null) {
                        data.requireSeen(registration, note);
                    }
                    return data.erase(user, clock.instant());
                },
                erased -> erased);
        return new Erasure(user, data.erased(user), kept());
    }

    private String userOf(UUID registration) {
        return data.userOf(registration)
                .orElseThrow(() -> OperationRefusedException.unknown("registration " + registration));
    }

    /** All workflows that had the data have closed, so Temporal's retention period has begun. */
    private String kept() {
        try {
            Optional<Duration> retention = temporal.retention();
            return retention
                    .map(time -> "encrypted histories are kept until "
                            + clock.instant().plus(time).truncatedTo(ChronoUnit.SECONDS) + " at the latest (retention "
                            + time.toHours() + " h)")
                    .orElse("encrypted histories are in the memory of this process and go when it ends");
        } catch (TemporalUnavailableException e) {
            return "Temporal does not answer: encrypted histories are kept for the retention of the namespace "
                    + temporal.namespace();
        }
    }

    /** The personal data of one user, in all tables that hold some. Thread-safe. */
    public static final class PersonalData {

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

        /** Locks the registration; refused if it has received commands since, or was erased. */
        private void requireSeen(UUID registration, OperatorNote note) {
            Dao.Seen now = dao.lockSeen(registration)
                    .orElseThrow(() -> OperationRefusedException.unknown("registration " + registration));
            note.requireSeen(now.commandSeq());
            if (now.erased()) {
                throw OperatorNote.changed("its data was erased");
            }
        }

        /**
         * Erases the user's data; returns false if there was nothing left to erase.
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
        @RegisterConstructorMapper(Dao.Seen.class)
        @RegisterConstructorMapper(ErasedRegistration.class)
        interface Dao {

            record Row(UUID id, String status, boolean ended) {}

            record Seen(int commandSeq, boolean erased) {}

            @SqlQuery(
                    "SELECT command_seq, erased_at IS NOT NULL AS erased FROM registrations WHERE id = :id FOR UPDATE")
            Optional<Seen> lockSeen(UUID id);

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

            /** The hash of the body and the client's key may identify the person too. */
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
    }
}
