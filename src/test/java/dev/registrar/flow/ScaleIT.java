package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.DatabaseFiller;
import dev.registrar.database.DurablePostgres;
import dev.registrar.database.StatementLog;
import dev.registrar.database.StatementLog.LoggedStatement;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No statement of the service reads a table that grows from beginning to end, and each reads few blocks, however many registrations
 * there are. {@code -Dscale.registrations=1000000} has more.
 */
@Tag("scale")
final class ScaleIT {

    private static final int REGISTRATIONS = Integer.getInteger("scale.registrations", 100_000);

    /** Registrations with open undo work, as the filler makes them. */
    private static final int OPEN = REGISTRATIONS / 100;

    /** The tables that grow with the number of registrations. */
    private static final Set<String> GROWING =
            Set.of("registrations", "accounts", "compensations", "commands", "audit", "batch_items");

    private static final int STATEMENTS = 150;

    /** A page has at most 200 rows of one block each, found in an index of at most four levels. */
    private static final long PAGE = 1_500;

    /**
     * Reads that may cost more, by a part of their text. Each is bounded by something other than the number of registrations.
     *
     * @param why what it depends on
     */
    private record Allowance(String part, long blocks, String why) {}

    private static final List<Allowance> ALLOWANCES = List.of();

    @TempDir
    static Path directory;

    private static @Nullable DurablePostgres postgres;
    private static @Nullable RegistrarProcess service;
    private static Collection<LoggedStatement> statements = List.of();

    @BeforeAll
    static void callEverything() throws SQLException, IOException {
        DurablePostgres started = DurablePostgres.start(directory.resolve("postgres"), 60);
        postgres = started;
        String url = started.migratedDatabase();
        try (Connection connection = DriverManager.getConnection(url, started.user(), started.password())) {
            DatabaseFiller.fill(connection, REGISTRATIONS);
            StatementLog.begin(connection);
        }
        service = new RegistrarProcess(directory)
                .withDatabase(url, started.user(), started.password())
                .withShortRetention()
                .start();
        ServiceTour tour = new ServiceTour(service, REGISTRATIONS);
        tour.registerAndCancel();
        tour.readThroughRest();
        tour.readThroughTheConsole();
        tour.readThroughTasks();
        tour.repair();
        tour.watch();
        tour.awaitPurge();
        statements = new StatementLog(started.directory()).statements();
        statements.stream()
                .sorted(Comparator.comparingLong(LoggedStatement::blocks).reversed())
                .limit(40)
                .forEach(System.out::println);
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void noStatementScansATableThatGrows() {
        assertThat(scans(statements)).isEmpty();
    }

    private static List<LoggedStatement> scans(Collection<LoggedStatement> among) {
        return among.stream()
                .filter(statement -> statement.scanned().stream().anyMatch(GROWING::contains))
                .toList();
    }

    @Test
    void noStatementReadsMoreBlocksThanItsKindMay() {
        assertThat(expensive(statements)).isEmpty();
    }

    private static List<LoggedStatement> expensive(Collection<LoggedStatement> among) {
        return among.stream()
                .filter(statement -> statement.blocks()
                        > ALLOWANCES.stream()
                                .filter(allowance -> statement.text().contains(allowance.part()))
                                .mapToLong(Allowance::blocks)
                                .findFirst()
                                .orElse(PAGE))
                .toList();
    }

    @Test
    void statementsOfEveryTableWereSeen() {
        Set<String> seen = statements.stream()
                .flatMap(statement -> statement.tables().stream())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(statements).hasSizeGreaterThan(STATEMENTS);
        assertThat(seen).containsAll(GROWING).contains("batches", "breaker_overrides", "reconcile_runs");
    }

    @Test
    void plantedScanIsFoundInTheSameLog() throws SQLException, IOException {
        DurablePostgres server = java.util.Objects.requireNonNull(postgres);
        String planted = "SELECT count(*) FROM registrations WHERE body_hash = '\\x00'";
        try (Connection connection =
                        DriverManager.getConnection(server.url("registrar"), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(planted);
        }
        Predicate<LoggedStatement> isPlanted = statement -> statement.text().equals(planted);

        Collection<LoggedStatement> withPlanted = new StatementLog(server.directory()).statements();

        assertThat(scans(withPlanted)).anyMatch(isPlanted);
        assertThat(expensive(withPlanted)).anyMatch(isPlanted);
        assertThat(Map.of("open", OPEN)).isNotEmpty();
    }
}
