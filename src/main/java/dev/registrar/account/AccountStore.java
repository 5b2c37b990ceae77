package dev.registrar.account;

import dev.registrar.account.DatabaseService.AccountDeletion;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.model.DataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import dev.registrar.model.UserProfile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/** The table of accounts. A database that is not there is a {@link org.jdbi.v3.core.JdbiException}. Thread-safe. */
public final class AccountStore {

    private final Jdbi jdbi;
    private final DataCodec codec;

    public AccountStore(Jdbi jdbi, DataCodec codec) {
        this.jdbi = jdbi;
        this.codec = codec;
    }

    /**
     * Saves within the limit, whole seconds; false where the user's account belongs to another registration. An account whose
     * data was erased stays without.
     */
    public boolean save(
            RegistrationId id, UserProfile profile, @Nullable String transactionId, Instant at, Duration limit) {
        SealedData sealed = codec.seal(profile, place(id, profile.userId()));
        return within(
                        limit,
                        handle -> handle.createUpdate("""
                        INSERT INTO accounts (user_id, registration_id, codec, data, transaction_id, created_at, updated_at)
                        VALUES (:userId, :id, :codec, :data, :transactionId, :at, :at)
                        ON CONFLICT (user_id) DO UPDATE
                        SET codec = excluded.codec, transaction_id = excluded.transaction_id,
                            data = CASE WHEN accounts.data IS NULL THEN NULL ELSE excluded.data END,
                            updated_at = excluded.updated_at
                        WHERE accounts.registration_id = excluded.registration_id
                        """)
                                .bind("userId", profile.userId())
                                .bind("id", id.value())
                                .bind("codec", sealed.codec())
                                .bind("data", sealed.bytes())
                                .bind("transactionId", transactionId)
                                .bind("at", at)
                                .execute())
                == 1;
    }

    /** The user's account; empty where there is none or its data was erased. */
    public Optional<Account> find(String userId) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT registration_id, codec, data, transaction_id, created_at, updated_at
                        FROM accounts WHERE user_id = :userId AND data IS NOT NULL
                        """)
                .bind("userId", userId)
                .map((row, context) -> account(row, userId))
                .findOne());
    }

    private Account account(ResultSet row, String userId) throws SQLException {
        RegistrationId id = new RegistrationId(row.getObject("registration_id", UUID.class));
        SealedData sealed = new SealedData(row.getShort("codec"), row.getBytes("data"));
        return new Account(
                id,
                codec.open(sealed, UserProfile.class, place(id, userId)),
                row.getString("transaction_id"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }

    private static String place(RegistrationId id, String userId) {
        return "account:" + id + ":" + userId;
    }

    /** Whose account the user has. */
    public AccountLookup owner(RegistrationId id, String userId, Duration limit) {
        return within(limit, handle -> owner(handle, id, userId));
    }

    /** Deletes where the account is this registration's. */
    public AccountDeletion delete(RegistrationId id, String userId, Duration limit) {
        return within(limit, handle -> {
            int deleted = handle.createUpdate("DELETE FROM accounts WHERE user_id = :userId AND registration_id = :id")
                    .bind("userId", userId)
                    .bind("id", id.value())
                    .execute();
            if (deleted == 1) {
                return AccountDeletion.DELETED;
            }
            return owner(handle, id, userId) == AccountLookup.ABSENT
                    ? AccountDeletion.ABSENT
                    : AccountDeletion.NOT_OURS;
        });
    }

    private static AccountLookup owner(Handle handle, RegistrationId id, String userId) {
        return handle.createQuery("SELECT registration_id = :id FROM accounts WHERE user_id = :userId")
                .bind("id", id.value())
                .bind("userId", userId)
                .mapTo(Boolean.class)
                .findOne()
                .map(ours -> ours ? AccountLookup.OURS : AccountLookup.FOREIGN)
                .orElse(AccountLookup.ABSENT);
    }

    private <T> T within(Duration limit, Function<Handle, T> work) {
        return jdbi.withHandle(handle -> {
            handle.getConfig(SqlStatements.class).setQueryTimeout((int) limit.toSeconds());
            return work.apply(handle);
        });
    }
}
