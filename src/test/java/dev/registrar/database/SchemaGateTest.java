package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaGateTest {

    private final TestDatabase database = TestDatabase.empty();

    @BeforeEach
    void open() {
        database.open();
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void emptyDatabaseIsMigrated() {
        gate().migrate();

        assertThat(tables()).contains("registrations", "accounts", "compensations", "audit");
        assertThatCode(() -> gate().check()).doesNotThrowAnyException();
    }

    @Test
    void migratedDatabaseKeepsItsDataWhenMigratedAgain() {
        gate().migrate();
        execute("INSERT INTO accounts VALUES ('u-1', gen_random_uuid(), 1, '\\x01', NULL, now(), now())");

        gate().migrate();

        String user = database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT user_id FROM accounts")
                        .mapTo(String.class)
                        .one());
        assertThat(user).isEqualTo("u-1");
    }

    @Test
    void olderSchemaIsRefusedWithTheCommandThatHelps() {
        assertThatThrownBy(() -> gate().check())
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessageContaining("older")
                .hasMessageContaining("java -jar registrar.jar db migrate` with this configuration.");

        gate().migrate();
        execute("DELETE FROM databasechangelog WHERE id = '004-audit'");
        assertThatThrownBy(() -> gate().check()).hasMessageContaining("1 change sets pending, first 004-audit");
    }

    @Test
    void newerSchemaIsRefusedEvenWhereItWouldBeMigrated() {
        gate().migrate();
        execute("INSERT INTO databasechangelog SELECT '999-later', author, filename, dateexecuted, orderexecuted + 1, "
                + "exectype, md5sum FROM databasechangelog WHERE id = '004-audit'");

        assertThatThrownBy(() -> gate().check())
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessageContaining("newer")
                .hasMessageContaining("999-later");
        assertThatThrownBy(() -> gate().migrate()).isInstanceOf(DatabaseRefusedException.class);
    }

    @Test
    void lockOfAKilledMigrationDoesNotStopTheNextOne() {
        gate().migrate();
        execute("DELETE FROM databasechangelog WHERE id = '004-audit'");
        execute("DROP TABLE audit; DROP FUNCTION audit_refuses_change");
        execute("UPDATE databasechangeloglock SET locked = true, lockgranted = now(), lockedby = 'killed'");

        gate().migrate();

        assertThat(tables()).contains("audit");
    }

    @Test
    void unreachableDatabaseIsOneSentenceWithoutCredentials() {
        SchemaGate nowhere = new SchemaGate(new ConnectionSettings("jdbc:postgresql://127.0.0.1:1/x?a=b", "u", null));

        assertThatThrownBy(nowhere::check)
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/x cannot be used");
    }

    private SchemaGate gate() {
        return new SchemaGate(database.settings());
    }

    private Set<String> tables() {
        Jdbi jdbi = database.jdbi();
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
                .mapTo(String.class)
                .set());
    }

    private void execute(String sql) {
        database.jdbi().useHandle(handle -> handle.execute(sql));
    }
}
