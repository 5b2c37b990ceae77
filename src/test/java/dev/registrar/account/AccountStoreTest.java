package dev.registrar.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.account.AccountStore.Account;
import dev.registrar.account.AccountStore.SaveResult;
import dev.registrar.account.DatabaseService.AccountDeletion;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.temporal.PayloadJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccountStoreTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant NOW = Instant.parse("2026-02-01T12:00:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final RegistrationId ours = RegistrationId.random();
    private final RegistrationId another = RegistrationId.random();
    private final String user = "u-" + NUMBER.incrementAndGet();
    private AccountStore accounts;

    @BeforeEach
    void open() {
        accounts = new AccountStore(DATABASE.jdbi(), new JsonDataCodec(PayloadJson.mapper()));
    }

    private UserProfile profile(String name) {
        return new UserProfile(user, new EmailAddress("ada@example.com"), name, null, Map.of("locale", "en"));
    }

    private SaveResult save(RegistrationId id, String name, Instant at) {
        return accounts.save(id, profile(name), "tx_1", at, LIMIT);
    }

    @Test
    void savedAccountIsFound() {
        assertThat(save(ours, "Ada", NOW)).isEqualTo(SaveResult.SAVED);

        assertThat(accounts.find(user)).contains(new Account(ours, profile("Ada"), "tx_1", NOW, NOW));
        assertThat(accounts.find("nobody")).isEmpty();
    }

    @Test
    void sameRegistrationMaySaveAgain() {
        save(ours, "Ada", NOW);

        assertThat(save(ours, "Ada Lovelace", NOW.plusSeconds(1))).isEqualTo(SaveResult.SAVED);

        assertThat(accounts.find(user))
                .contains(new Account(ours, profile("Ada Lovelace"), "tx_1", NOW, NOW.plusSeconds(1)));
    }

    @Test
    void anotherRegistrationNeverOverwrites() {
        save(ours, "Ada", NOW);

        assertThat(save(another, "Eve", NOW.plusSeconds(1))).isEqualTo(SaveResult.OF_ANOTHER);

        assertThat(accounts.find(user)).contains(new Account(ours, profile("Ada"), "tx_1", NOW, NOW));
    }

    @Test
    void ownerIsTold() {
        assertThat(accounts.owner(ours, user, LIMIT)).isEqualTo(AccountLookup.ABSENT);
        save(ours, "Ada", NOW);

        assertThat(accounts.owner(ours, user, LIMIT)).isEqualTo(AccountLookup.OURS);
        assertThat(accounts.owner(another, user, LIMIT)).isEqualTo(AccountLookup.FOREIGN);
    }

    @Test
    void onlyTheOwnerDeletes() {
        save(ours, "Ada", NOW);

        assertThat(accounts.delete(another, user, LIMIT)).isEqualTo(AccountDeletion.NOT_OURS);
        assertThat(accounts.find(user)).isPresent();
        assertThat(accounts.delete(ours, user, LIMIT)).isEqualTo(AccountDeletion.DELETED);
        assertThat(accounts.find(user)).isEmpty();
        assertThat(accounts.delete(ours, user, LIMIT)).isEqualTo(AccountDeletion.ABSENT);
    }

    @Test
    void deletedAccountIsNotBroughtBackByALateSaveOfItsRegistration() {
        save(ours, "Ada", NOW);
        accounts.delete(ours, user, LIMIT);

        assertThat(save(ours, "Ada", NOW.plusSeconds(1))).isEqualTo(SaveResult.DELETED);

        assertThat(accounts.find(user)).isEmpty();
        assertThat(accounts.owner(ours, user, LIMIT)).isEqualTo(AccountLookup.ABSENT);
        assertThat(accounts.owner(another, user, LIMIT)).isEqualTo(AccountLookup.ABSENT);
        assertThat(dataIsKept()).isFalse();
    }

    @Test
    void deleteThatComesBeforeTheSaveWinsToo() {
        assertThat(accounts.delete(ours, user, LIMIT)).isEqualTo(AccountDeletion.ABSENT);

        assertThat(save(ours, "Ada", NOW)).isEqualTo(SaveResult.DELETED);
        assertThat(accounts.find(user)).isEmpty();
    }

    @Test
    void anotherRegistrationTakesADeletedAccountOver() {
        save(ours, "Ada", NOW);
        accounts.delete(ours, user, LIMIT);

        assertThat(save(another, "Eve", NOW.plusSeconds(1))).isEqualTo(SaveResult.SAVED);

        Account taken = new Account(another, profile("Eve"), "tx_1", NOW.plusSeconds(1), NOW.plusSeconds(1));
        assertThat(accounts.find(user)).contains(taken);
        assertThat(save(ours, "Ada", NOW.plusSeconds(2))).isEqualTo(SaveResult.OF_ANOTHER);
        assertThat(accounts.delete(ours, user, LIMIT)).isEqualTo(AccountDeletion.NOT_OURS);
        assertThat(accounts.find(user)).contains(taken);
    }

    @Test
    void deleteAfterADeleteFindsNothingWhoeverAsks() {
        save(ours, "Ada", NOW);
        accounts.delete(ours, user, LIMIT);

        assertThat(accounts.delete(ours, user, LIMIT)).isEqualTo(AccountDeletion.ABSENT);
        assertThat(accounts.delete(another, user, LIMIT)).isEqualTo(AccountDeletion.ABSENT);
    }

    @Test
    void erasedAccountStaysEmptyWhateverIsSaved() {
        save(ours, "Ada", NOW);
        DATABASE.jdbi().useHandle(handle -> handle.execute("UPDATE accounts SET data = NULL WHERE user_id = ?", user));

        assertThat(save(ours, "Ada", NOW.plusSeconds(1))).isEqualTo(SaveResult.SAVED);

        assertThat(accounts.find(user)).isEmpty();
        assertThat(accounts.owner(ours, user, LIMIT)).isEqualTo(AccountLookup.OURS);
    }

    private boolean dataIsKept() {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT data IS NOT NULL OR transaction_id IS NOT NULL FROM accounts WHERE user_id = :user")
                        .bind("user", user)
                        .mapTo(Boolean.class)
                        .one());
    }
}
