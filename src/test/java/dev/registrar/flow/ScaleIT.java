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
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In a full database no statement of the service reads a big table from beginning to end, and each reads few blocks. {@code
 * -Dscale.registrations=1000000} fills it further.
 */
@Tag("scale")
final class ScaleIT {

    private static final int REGISTRATIONS = Integer.getInteger("scale.registrations", 100_000);

    /** Registrations with open undo work, as the filler makes them. */
    private static final int OPEN = REGISTRATIONS / 100;

    /** Registrations without an e-mail or a text message. */
    private static final int MESSAGES = REGISTRATIONS / 50;

    /** A tenth of the registrations has undo work, and as many entries the audit log; an index has eighty of them in a block. */
    private static final int LEDGER = REGISTRATIONS / 10;

    private static final Set<String> BIG =
            Set.of("registrations", "accounts", "compensations", "commands", "audit", "batch_items");

    /** The tour has 222 different ones. */
    private static final int STATEMENTS = 200;

    /** What a statement may read to find its rows: the search of the newest thousand errors is the most expensive. */
    private static final long SEARCH = 1_500;

    /** What it may read in addition for each row of its answer: the row, its registration and their indexes. */
    private static final long ROW = 8;

    /** A batch of the purge is 200 rows, each of them in up to fifteen indexes. */
    private static final long PURGE_BATCH = 200 * 50;

    /**
     * A statement that may read more than others.
     *
     * @param part of its text
     * @param why what bounds it instead
     */
    private record Allowance(String part, long blocks, String why) {}

    private static final List<Allowance> ALLOWANCES = List.of(
            new Allowance("SET idempotency_key = NULL", PURGE_BATCH, "a batch of the purge"),
            new Allowance("WITH slice AS MATERIALIZED", PURGE_BATCH, "a batch of the purge and rows deleted before"),
            new Allowance("DELETE FROM registrations", PURGE_BATCH, "a batch of the purge"),
            new Allowance("DELETE FROM accounts", PURGE_BATCH, "a batch of the purge"),
            new Allowance("DELETE FROM audit", PURGE_BATCH, "a batch of the purge"),
            new Allowance("count(*) FROM compensations WHERE", LEDGER / 20 + SEARCH, "a count of the ledger"),
            new Allowance(
                    "AS found ORDER BY closed",
                    LEDGER / 20 + SEARCH,
                    "a search of the ledger by what no index begins with"),
            new Allowance("count(*) FROM audit", LEDGER / 20 + SEARCH, "a count of the audit log"),
            new Allowance("WITH failed AS", 8L * MESSAGES, "the messages that ever failed"),
            new Allowance(
                    "count(DISTINCT id) FILTER",
                    2L * OPEN + SEARCH,
                    "open undo work and the errors of the time asked for"),
            new Allowance("count(DISTINCT r.id) FROM commands", 4L * OPEN + SEARCH, "unfinished registrations"),
            new Allowance(
                    "attend_at > now() AND attending", 4L * OPEN + SEARCH, "registrations that are due, at a start"));

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
        try (Connection connection = connect(started)) {
            DatabaseFiller.fill(connection, REGISTRATIONS);
            StatementLog.begin(connection);
        }
        RegistrarProcess running = new RegistrarProcess(directory)
                .withDatabase(url, started.user(), started.password())
                .withRetention(DatabaseFiller.span(REGISTRATIONS).minusDays(1))
                .start();
        service = running;
        new ServiceTour(running, REGISTRATIONS).run();
        statements = new StatementLog(started.directory()).statements();
        LoggedStatement most = statements.stream()
                .max(Comparator.comparingLong(LoggedStatement::blocks))
                .orElseThrow();
        System.out.printf(
                "MEASURED scale: %d statements in a database of %d registrations; the most blocks: %s%n",
                statements.size(), REGISTRATIONS, most);
    }

    private static Connection connect(DurablePostgres server) throws SQLException {
        return DriverManager.getConnection(server.url("registrar"), server.user(), server.password());
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
    void noStatementScansABigTable() {
        assertThat(scans(statements)).isEmpty();
    }

    private static List<LoggedStatement> scans(Collection<LoggedStatement> among) {
        return among.stream()
                .filter(statement -> statement.scanned().stream().anyMatch(BIG::contains))
                .toList();
    }

    @Test
    void noStatementReadsMoreBlocksThanItMay() {
        assertThat(expensive(statements)).isEmpty();
    }

    private static List<LoggedStatement> expensive(Collection<LoggedStatement> among) {
        return among.stream()
                .filter(statement -> statement.blocks() > allowed(statement))
                .toList();
    }

    private static long allowed(LoggedStatement statement) {
        return ALLOWANCES.stream()
                .filter(allowance -> statement.text().contains(allowance.part()))
                .mapToLong(Allowance::blocks)
                .findFirst()
                .orElse(SEARCH + ROW * statement.rows());
    }

    @Test
    void everyAllowanceIsUsed() {
        for (Allowance allowance : ALLOWANCES) {
            assertThat(statements)
                    .as(allowance.why())
                    .anyMatch(statement -> statement.text().contains(allowance.part()));
        }
    }

    @Test
    void statementsOfEveryTableWereSeen() {
        Set<String> seen = statements.stream()
                .flatMap(statement -> statement.tables().stream())
                .collect(Collectors.toSet());

        assertThat(statements).hasSizeGreaterThan(STATEMENTS);
        assertThat(seen)
                .containsAll(BIG)
                .contains(
                        "batches",
                        "breaker_overrides",
                        "encryption_keys",
                        "message_templates",
                        "reconcile_runs",
                        "reconcile_findings");
    }

    @Test
    void filledDatabaseKeepsTheInvariants() {
        OperatorClient operator = Objects.requireNonNull(service).operator();

        Poll.until(
                "the invariants hold",
                Duration.ofSeconds(30),
                () -> operator.health("invariants").path("message").asText().equals("hold"),
                () -> operator.health("invariants").toString());
    }

    @Test
    void plantedScanIsFoundInTheSameLog() throws SQLException, IOException {
        DurablePostgres server = Objects.requireNonNull(postgres);
        String planted = "SELECT count(*) FROM registrations WHERE body_hash = '\\x00'";
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute(planted);
        }

        Collection<LoggedStatement> withPlanted = new StatementLog(server.directory()).statements();

        assertThat(scans(withPlanted)).extracting(LoggedStatement::text).containsExactly(planted);
        assertThat(expensive(withPlanted)).extracting(LoggedStatement::text).containsExactly(planted);
    }
}
