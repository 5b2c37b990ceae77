package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.Release;
import io.dropwizard.core.setup.Environment;
import java.util.List;
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
    void newerSchemaThatIsCompatibleIsAcceptedAndNotChanged() {
        next().migrate();
        List<String> before = changeSets();

        assertThatCode(() -> gate().check()).doesNotThrowAnyException();
        assertThatCode(() -> gate().migrate()).doesNotThrowAnyException();

        assertThatCode(() -> database.factory().check()).doesNotThrowAnyException();
        assertThatCode(() -> database.factory().open(new Environment("test")).close())
                .doesNotThrowAnyException();
        assertThat(changeSets())
                .anyMatch(each -> each.startsWith("next-referrals "))
                .isEqualTo(before);
    }

    @Test
    void nextVersionRefusesTheSchemaOfThisOne() {
        gate().migrate();

        assertThatThrownBy(() -> next().check())
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessageContaining("older")
                .hasMessageContaining("first next-registrations");
    }

    @Test
    void newerSchemaThatNeedsALaterReleaseIsRefused() {
        next().migrate();
        execute("UPDATE databasechangelog SET labels = 'compatible-since-9.0.0' WHERE id = 'next-audit'");

        assertRefused("The database schema is newer than this version, " + Release.CURRENT
                + " (it has next-audit and needs 9.0.0 or later): "
                + "start the version that made it, or a later one.");
    }

    @Test
    void newerSchemaThatDoesNotSayWhatItNeedsIsRefused() {
        next().migrate();
        for (String labels : List.of("NULL", "'compatible-since-soon'", "'fast'")) {
            execute("UPDATE databasechangelog SET labels = " + labels + " WHERE id = 'next-audit'");

            assertRefused("The database schema is newer than this version, " + Release.CURRENT
                    + " (it has next-audit): "
                    + "start the version that made it, or a later one.");
        }
    }

    @Test
    void schemaOfAnotherLineOfVersionsIsRefused() {
        next().migrate();
        execute("DELETE FROM databasechangelog WHERE id = '004-audit'");

        assertRefused("The database schema was made by a version that does not include this one, " + Release.CURRENT
                + " (it has next-registrations but not 004-audit): start a version that includes both.");
    }

    private void assertRefused(String sentence) {
        assertThatThrownBy(() -> gate().check())
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessage(sentence);
        assertThatThrownBy(() -> gate().migrate()).hasMessage(sentence);
        assertThatThrownBy(() -> database.factory().check()).hasMessage(sentence);
        assertThatThrownBy(() -> database.factory().open(new Environment("test")))
                .hasMessage(sentence);
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

    /** That of a version after this one. */
    private SchemaGate next() {
        return new SchemaGate(database.settings(), "upgrade/next.yml");
    }

    private List<String> changeSets() {
        return database.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT id || ' ' || md5sum || ' ' || orderexecuted FROM databasechangelog ORDER BY orderexecuted")
                        .mapTo(String.class)
                        .list());
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
