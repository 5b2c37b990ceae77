package dev.registrar.crypto;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.Secret;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KeyProofsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final KeyProofs proofs = new KeyProofs(DATABASE.jdbi());

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("DELETE FROM encryption_keys"));
    }

    private void check(String... ids) {
        proofs.check(Optional.of(TestKeys.cipher(ids)), Instant.EPOCH);
    }

    @Test
    void ringWithAllKeysThatWereActivePasses() {
        check("first");

        assertThatCode(() -> check("first", "second")).doesNotThrowAnyException();
        assertThatCode(() -> check("second", "first")).doesNotThrowAnyException();
    }

    @Test
    void startWithAKnownKeyNeedsNoWrites() {
        check("first");
        Jdbi readOnlyJdbi = Jdbi.create(() -> {
            Connection connection = DriverManager.getConnection(DATABASE.url(), DATABASE.user(), DATABASE.password());
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET default_transaction_read_only = on");
            }
            return connection;
        });
        KeyProofs readOnly = new KeyProofs(readOnlyJdbi.installPlugin(new SqlObjectPlugin()));

        assertThatCode(() -> readOnly.check(Optional.of(TestKeys.cipher("first")), Instant.EPOCH))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> readOnly.check(Optional.of(TestKeys.cipher("second", "first")), Instant.EPOCH))
                .as("a key that is new needs one")
                .hasMessageContaining("read-only");
    }

    @Test
    void keyThatIsMissingStopsTheStart() {
        check("first");

        assertThatThrownBy(() -> check("second"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The database holds data sealed with the encryption key `first`, which is not configured:"
                        + " put it back.");
        assertThatThrownBy(() -> proofs.check(Optional.empty(), Instant.EPOCH)).hasMessageContaining("`first`");
    }

    @Test
    void anotherKeyUnderTheSameIdStopsTheStart() {
        check("first");
        KeyRing forged =
                new KeyRing(Map.of("first", EncryptionKey.decode("first", new Secret(TestKeys.SECOND))), "first");

        assertThatThrownBy(
                        () -> proofs.check(Optional.of(new SealingCipher(forged, new SecureRandom())), Instant.EPOCH))
                .hasMessage("The encryption key `first` is not the one that sealed the data in the database.");
    }
}
