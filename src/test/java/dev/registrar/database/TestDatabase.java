package dev.registrar.database;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.database.PostgresBinaries.Directories;
import dev.registrar.model.Secret;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A fresh, migrated database for a test class, in one real PostgreSQL per JVM, which starts at the first use and ends
 * with the JVM. About 3 s the first time, 50 ms afterwards.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestDatabase DATABASE = new TestDatabase();
 * }</pre>
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback {

    private static final String TEMPLATE = "migrated";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final boolean migrated;
    private @Nullable ConnectionSettings settings;
    private @Nullable ManagedDataSource dataSource;

    /** A migrated database. */
    public TestDatabase() {
        this(true);
    }

    private TestDatabase(boolean migrated) {
        this.migrated = migrated;
    }

    /** A database without tables. */
    public static TestDatabase empty() {
        return new TestDatabase(false);
    }

    /**
     * A fresh, migrated database independent of the extension; it exists until the JVM ends. Each statement has its own
     * connection.
     */
    public static Jdbi fresh() {
        ConnectionSettings fresh = create(true);
        return Jdbi.create(fresh::connect).installPlugin(new SqlObjectPlugin());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        open();
    }

    /** Creates the database, for callers that are not JUnit. */
    public void open() {
        settings = create(migrated);
        dataSource = settings.pool(8, Duration.seconds(5)).build(new MetricRegistry(), "test");
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    /** Drops the database. */
    public void close() throws Exception {
        dataSource().stop();
        execute("DROP DATABASE " + name() + " WITH (FORCE)");
    }

    /** Refuses all connections, and ends those there are, until {@link #comeBack}. */
    public void goAway() {
        execute("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS false");
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name() + "'");
    }

    public void comeBack() {
        execute("ALTER DATABASE " + name() + " ALLOW_CONNECTIONS true");
        // The pool checks a connection at most once a second, and would lend those that were ended.
        ((DataSourceProxy) dataSource()).purge();
    }

    /** A pool of eight connections. */
    public ManagedDataSource dataSource() {
        return Objects.requireNonNull(dataSource, "not opened");
    }

    /** Uses the pool, as the service's own. */
    public Jdbi jdbi() {
        return Database.jdbi(dataSource());
    }

    /** The section {@code database: {type: postgresql, …}} for this database. */
    public PostgresDatabaseFactory factory() {
        return new PostgresDatabaseFactory(
                settings().url(), settings().user(), settings().password(), null, null, null, null);
    }

    public String url() {
        return settings().url();
    }

    public String user() {
        return settings().user();
    }

    public String password() {
        return Objects.requireNonNull(settings().password()).reveal();
    }

    ConnectionSettings settings() {
        return Objects.requireNonNull(settings, "not opened");
    }

    private String name() {
        return url().substring(url().lastIndexOf('/') + 1);
    }

    private static ConnectionSettings create(boolean migrated) {
        String name = "test_" + NUMBER.incrementAndGet();
        execute("CREATE DATABASE " + name + (migrated ? " TEMPLATE " + TEMPLATE : ""));
        return Server.THE_ONE.settings(name);
    }

    private static void execute(String sql) {
        try (Connection connection = Server.THE_ONE.settings("postgres").connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Started when first used. */
    private static final class Server {

        static final Server THE_ONE = new Server();

        private final EmbeddedPostgresServer postgres;
        private final Secret password;

        private Server() {
            try {
                Path directory = Files.createTempDirectory("registrar-test-postgres");
                postgres = EmbeddedPostgresServer.start(
                        directory.resolve("postgres"),
                        Path.of("target", "postgres-bin"),
                        0,
                        Map.of(
                                "fsync", "off",
                                "synchronous_commit", "off",
                                "full_page_writes", "off",
                                "max_connections", "200"),
                        new SecureRandom());
                DurablePostgres.watch(directory.resolve("postgres"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(directory)));
                password = Objects.requireNonNull(postgres.settings("postgres").password());
                migrateTemplate();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void migrateTemplate() {
            try (Connection connection = settings("postgres").connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + TEMPLATE);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            new SchemaGate(settings(TEMPLATE)).migrate();
            try (Connection connection = settings(TEMPLATE).connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE EXTENSION pg_stat_statements");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        ConnectionSettings settings(String name) {
            return new ConnectionSettings(
                    "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + name, PostgresCluster.SUPERUSER, password);
        }

        private void end(Path directory) {
            try {
                postgres.close();
                Directories.delete(directory);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
