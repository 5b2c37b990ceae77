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
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No statement of the service reads a big table from beginning to end, and each reads few blocks, however many registrations there
 * are. {@code -Dscale.registrations=1000000} has more.
 */
@Tag("scale")
final class ScaleIT {

    private static final int REGISTRATIONS = Integer.getInteger("scale.registrations", 100_000);

    @TempDir
    static Path directory;

    private static @Nullable DurablePostgres postgres;
    private static @Nullable RegistrarProcess service;
    private static Collection<LoggedStatement> statements = Set.of();

    @BeforeAll
    static void callEverything() throws SQLException, IOException {
        DurablePostgres started = DurablePostgres.start(directory.resolve("postgres"), 60);
        postgres = started;
        String url = started.migratedDatabase();
        try (Connection connection = DriverManager.getConnection(url, started.user(), started.password())) {
            long begin = System.nanoTime();
            DatabaseFiller.fill(connection, REGISTRATIONS);
            System.out.println("filled in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
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
    void show() {
        statements.stream()
                .sorted((a, b) -> Long.compare(b.blocks(), a.blocks()))
                .forEach(System.out::println);
        assertThat(statements).isNotEmpty();
    }
}
