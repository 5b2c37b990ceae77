package dev.registrar.account;

import dev.registrar.account.DatabaseService.AccountDeletion;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.model.DataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import dev.registrar.model.UserProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.QueryTimeOut;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** The table of accounts. Throws {@link org.jdbi.v3.core.JdbiException} if the database does not answer. Thread-safe. */
public final class AccountStore {

    private static final String SAVE = """
            INSERT INTO accounts (user_id, registration_id, codec, data, transaction_id, created_at, updated_at)
            VALUES (:userId, :id, :codec, :data, :transactionId, :at, :at)
            ON CONFLICT (user_id) DO UPDATE
            SET registration_id = excluded.registration_id, codec = excluded.codec,
                transaction_id = excluded.transaction_id,
                data = CASE WHEN accounts.data IS NULL AND accounts.deleted_at IS NULL THEN NULL ELSE excluded.data END,
                created_at = CASE WHEN accounts.deleted_at IS NULL THEN accounts.created_at ELSE excluded.created_at END,
                updated_at = excluded.updated_at, deleted_at = NULL
            WHERE (accounts.registration_id = excluded.registration_id) = (accounts.deleted_at IS NULL)
            """;

    private final Jdbi jdbi;
    private final DataCodec codec;

    public AccountStore(Jdbi jdbi, DataCodec codec) {
        this.jdbi = jdbi;
        this.codec = codec;
    }

    /** The result of a save. */
    public enum SaveResult {
        SAVED,
        /** The user's account belongs to another registration. */
        OF_ANOTHER,
        /** This registration has deleted it: a late save does not bring it back. */
        DELETED
    }

    /**
     * Saves within the limit, in whole seconds. An account whose data was erased stays empty; one that its registration
     * deleted can be saved only by another registration.
     */
    public SaveResult save(
            RegistrationId id, UserProfile profile, @Nullable String transactionId, Instant at, Duration limit) {
        String userId = profile.userId();
        SealedData sealed = codec.seal(profile, place(id, userId));
        return jdbi.withHandle(handle -> {
            // Called by every registration: attaching a Dao would cost more than the statement.
            int saved = handle.createUpdate(SAVE)
                    .setQueryTimeout((int) limit.toSeconds())
                    .bind("userId", userId)
                    .bind("id", id.value())
                    .bind("codec", sealed.codec())
                    .bind("data", sealed.bytes())
                    .bind("transactionId", transactionId)
                    .bind("at", at)
                    .execute();
            if (saved == 1) {
                return SaveResult.SAVED;
            }
            boolean foreign = owner(handle.attach(Dao.class), id, userId, limit) == AccountLookup.FOREIGN;
            return foreign ? SaveResult.OF_ANOTHER : SaveResult.DELETED;
        });
    }

    /** The user's account; empty if there is none or its data was erased. */
    public Optional<Account> find(String userId) {
        return jdbi.withExtension(Dao.class, dao -> dao.find(userId)).map(row -> account(row, userId));
    }

    private Account account(Dao.Row row, String userId) {
        RegistrationId id = new RegistrationId(row.registrationId());
        UserProfile profile = codec.open(row.sealed(), UserProfile.class, place(id, userId));
        return new Account(id, profile, row.transactionId(), row.createdAt(), row.updatedAt());
    }

    private static String place(RegistrationId id, String userId) {
        return "account:" + id + ":" + userId;
    }

    /** Who owns the user's account. */
    public AccountLookup owner(RegistrationId id, String userId, Duration limit) {
        return jdbi.withExtension(Dao.class, dao -> owner(dao, id, userId, limit));
    }

    /**
     * Deletes the account if it is this registration's. Its row stays without data, or is created if there was none, so
     * that a late save of the same registration has no effect.
     */
    public AccountDeletion delete(RegistrationId id, String userId, Duration limit) {
        return jdbi.withExtension(
                Dao.class,
                dao -> dao.delete(userId, id.value(), (int) limit.toSeconds())
                        .map(existed -> existed ? AccountDeletion.DELETED : AccountDeletion.ABSENT)
                        .orElseGet(() -> owner(dao, id, userId, limit) == AccountLookup.ABSENT
                                ? AccountDeletion.ABSENT
                                : AccountDeletion.NOT_OURS));
    }

    private static AccountLookup owner(Dao dao, RegistrationId id, String userId, Duration limit) {
        return dao.isOurs(userId, id.value(), (int) limit.toSeconds())
                .map(ours -> ours ? AccountLookup.OURS : AccountLookup.FOREIGN)
                .orElse(AccountLookup.ABSENT);
    }

    interface Dao {

        record Row(
                UUID registrationId,
                @Nested SealedData sealed,
                @Nullable String transactionId,
                Instant createdAt,
                Instant updatedAt) {}

        @SqlQuery("""
                SELECT registration_id, codec, data AS bytes, transaction_id, created_at, updated_at
                FROM accounts WHERE user_id = :userId AND data IS NOT NULL
                """)
        @RegisterConstructorMapper(Row.class)
        Optional<Row> find(String userId);

        /** Whether there was an account; empty if it belongs to another registration or is already deleted. */
        @SqlQuery("""
                INSERT INTO accounts (user_id, registration_id, codec, created_at, updated_at, deleted_at)
                VALUES (:userId, :id, 0, now(), now(), now())
                ON CONFLICT (user_id) DO UPDATE
                SET data = NULL, transaction_id = NULL, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at
                WHERE accounts.registration_id = excluded.registration_id AND accounts.deleted_at IS NULL
                RETURNING xmax <> 0 -- xmax is 0 for an inserted row
                """)
        Optional<Boolean> delete(String userId, UUID id, @QueryTimeOut int seconds);

        @SqlQuery("SELECT registration_id = :id FROM accounts WHERE user_id = :userId AND deleted_at IS NULL")
        Optional<Boolean> isOurs(String userId, UUID id, @QueryTimeOut int seconds);
    }

    /** A saved account. */
    public record Account(
            RegistrationId registrationId,
            UserProfile profile,
            @Nullable String transactionId,
            Instant createdAt,
            Instant updatedAt) {}
}
