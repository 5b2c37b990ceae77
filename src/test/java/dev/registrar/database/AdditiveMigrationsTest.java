package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.upgrade.ReleaseRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schema and statements of two versions fit each other, in both directions. */
class AdditiveMigrationsTest {

    private static final Path RESOURCES = Path.of("src", "main", "resources");
    private static final Pattern ALL_COLUMNS = Pattern.compile(
            "\\b(SELECT|RETURNING)\\s+(DISTINCT\\s+)?(\\w+\\.)?\\*|INSERT INTO \\w+\\s+(VALUES|SELECT)");

    @Test
    void migrationOfAReleaseIsNeverChanged() throws IOException {
        List<ReleaseRecord> releases = ReleaseRecord.all();

        assertThat(releases).isNotEmpty();
        for (ReleaseRecord release : releases) {
            assertThat(release.migrations()).as("of %s", release.number()).isNotEmpty();
            for (var migration : release.migrations().entrySet()) {
                assertThat(ReleaseRecord.checksum(RESOURCES.resolve(migration.getKey())))
                        .as("%s, released with %s", migration.getKey(), release.number())
                        .isEqualTo(migration.getValue());
            }
        }
    }

    @Test
    void migrationSinceTheFirstReleaseIsAdditive() throws IOException {
        List<String> files = ReleaseRecord.migrationFiles();
        List<String> frozen =
                List.copyOf(ReleaseRecord.all().get(0).migrations().keySet());

        assertThat(files).startsWith(frozen.toArray(new String[0]));
        for (String file : files.subList(frozen.size(), files.size())) {
            assertThat(AdditiveRules.findings(text(file), before(files, file)))
                    .as(file)
                    .isEmpty();
        }
    }

    @Test
    void schemaThatTheUpgradeIsTestedWithIsAdditive() throws IOException {
        String next = Files.readString(Path.of("src", "test", "resources", "upgrade", "next.sql"));

        assertThat(AdditiveRules.findings(next, before(ReleaseRecord.migrationFiles(), "")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ALTER TABLE accounts DROP COLUMN transaction_id          | may not: drop column transaction_id
            DROP TABLE audit                                         | may not: drop table audit
            ALTER TABLE accounts RENAME COLUMN user_id TO customer   | may not: rename column user_id to customer
            ALTER TABLE accounts RENAME TO customers                 | may not: rename to customers
            ALTER TABLE registrations ALTER COLUMN run TYPE bigint   | may not: alter column run type bigint
            ALTER TABLE accounts ALTER COLUMN payload SET NOT NULL   | may not: alter column payload set not null
            ALTER TABLE accounts ALTER COLUMN run DROP DEFAULT       | may not: alter column run drop default
            ALTER TABLE accounts ADD COLUMN tier text NOT NULL       | does not write
            ALTER TABLE accounts ADD COLUMN tier text UNIQUE         | constrains
            ALTER TABLE accounts ADD COLUMN n int CHECK (n > 0)      | constrains
            ALTER TABLE accounts ADD COLUMN r uuid REFERENCES x (id) | constrains
            ALTER TABLE accounts ADD COLUMN r uuid DEFAULT gen_random_uuid()         | rewrites the table
            ALTER TABLE accounts ADD COLUMN a text, DROP COLUMN b    | may not: drop column b
            ALTER TABLE accounts ADD CONSTRAINT c CHECK (true)       | may not: add constraint c
            ALTER TABLE accounts ADD COLUMN a text; ALTER TABLE audit ADD COLUMN a text | locks more than one table
            CREATE INDEX accounts_new ON accounts (tier)             | may not: create index accounts_new
            CREATE INDEX CONCURRENTLY accounts_new ON accounts (a)   | lacks runInTransaction:false
            CREATE UNIQUE INDEX CONCURRENTLY u ON accounts (a)       | may not: create unique index
            DROP INDEX CONCURRENTLY IF EXISTS registrations_status   | drops the index registrations_status
            CREATE TABLE x (r uuid REFERENCES registrations (id))    | foreign key
            CREATE TRIGGER t BEFORE INSERT ON accounts EXECUTE FUNCTION f() | may not: create trigger
            UPDATE registrations SET status = 'LENT'                 | may not: update
            DO $$ BEGIN EXECUTE 'DROP TABLE audit'; END $$           | may not: do $$
            """)
    void plantedMigrationThatTheVersionBeforeCannotLiveWithIsFound(String sql, String finding) throws IOException {
        String migration = "--liquibase formatted sql\n--changeset registrar:planted labels:compatible-since-0.2.0\n"
                + sql + ";\n";

        assertThat(AdditiveRules.findings(migration, before(ReleaseRecord.migrationFiles(), "")))
                .anyMatch(found -> found.contains(finding));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --changeset registrar:planted                                  | has no label
            --changeset registrar:planted labels:compatible-since-9.0.0    | does not run with
            --changeset registrar:planted labels:compatible-since-soon     | has no label
            --changeset registrar:planted labels:compatible-since-0.2.0 runInTransaction:false | more than indexes
            -- no change set                                               | has no change set
            """)
    void plantedChangeSetThatDoesNotSayWhatItRunsWithIsFound(String header, String finding) {
        String migration = header + "\nALTER TABLE accounts ADD COLUMN tier text;\n";

        assertThat(AdditiveRules.findings(migration, "")).anyMatch(found -> found.contains(finding));
    }

    /** PostgreSQL refuses a prepared statement inside a transaction once its result has another column. */
    @Test
    void statementNamesTheColumnsItReadsAndWrites() throws IOException {
        assertThat(allColumns("SELECT * FROM t")).isTrue();
        assertThat(allColumns("select count(*) from t; SELECT count(*)")).isFalse();
        assertThat(allColumns("RETURNING r.*")).isTrue();
        assertThat(allColumns("INSERT INTO t VALUES (1)")).isTrue();

        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            assertThat(sources.filter(file -> file.toString().endsWith(".java")).toList())
                    .filteredOn(file -> allColumns(read(file)))
                    .isEmpty();
        }
    }

    private static boolean allColumns(String text) {
        return ALL_COLUMNS.matcher(text).find();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String file) {
        return read(RESOURCES.resolve(file));
    }

    private static String before(List<String> files, String file) {
        StringBuilder text = new StringBuilder();
        files.stream().takeWhile(each -> !each.equals(file)).forEach(each -> text.append(text(each)));
        return text.toString();
    }
}
