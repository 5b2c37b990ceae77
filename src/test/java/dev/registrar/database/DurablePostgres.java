package dev.registrar.database;

import dev.registrar.database.PostgresCluster.Postmaster;
import dev.registrar.flow.Guardian;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;

/**
 * A PostgreSQL in its own directory with production durability: fsync and synchronous_commit are on, unlike {@link
 * TestDatabase}'s. Can hold databases of several programs. Restarts by itself when killed; ends with the JVM.
 * Thread-safe.
 */
public final class DurablePostgres implements AutoCloseable {

    /** The database of {@link #migratedDatabase()}. */
    public static final String MIGRATED = EmbeddedPostgresServer.DATABASE;

    private final EmbeddedPostgresServer server;
    private final Path directory;
    private final Thread endWithTests;

    private DurablePostgres(EmbeddedPostgresServer server, Path directory) {
        this.server = server;
        this.directory = directory;
        watch(directory);
        endWithTests = new Thread(() -> end(server));
        Runtime.getRuntime().addShutdownHook(endWithTests);
    }

    /**
     * Starts it and returns once it is usable, after about 3 s.
     *
     * @param directory its data, created if absent, kept at the end
     * @param connections the maximum number of connections
     */
    public static DurablePostgres start(Path directory, int connections) {
        try {
            return new DurablePostgres(
                    EmbeddedPostgresServer.start(
                            directory,
                            Path.of("target", "postgres-bin"),
                            0,
                            Map.of("max_connections", Integer.toString(connections)),
                            new SecureRandom()),
                    directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates an empty database and returns its JDBC URL. */
    public String createDatabase(String name) {
        try (Connection connection = settings("postgres").connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(name);
    }

    /** Creates a database with the service's schema, as {@code db migrate} does, and returns its JDBC URL. */
    public String migratedDatabase() {
        ConnectionSettings settings = settings(MIGRATED);
        new SchemaGate(settings).migrate();
        return settings.url();
    }

    /** Brings the service's schema to another version's change log, on the class path of the tests. */
    public void migrate(String changeLog) {
        new SchemaGate(settings(EmbeddedPostgresServer.DATABASE), changeLog).migrate();
    }

    public int port() {
        return server.port();
    }

    /** The JDBC URL of one of its databases. */
    public String url(String database) {
        return settings(database).url();
    }

    public Path directory() {
        return directory;
    }

    public String user() {
        return settings("postgres").user();
    }

    public String password() {
        return Objects.requireNonNull(settings("postgres").password()).reveal();
    }

    /** If the test JVM is killed, the server ends too, unless it was killed and restarted before. */
    static void watch(Path directory) {
        Guardian.watch(ProcessHandle.of(pid(directory)).orElseThrow());
    }

    /** The main process, whose children serve one connection each. */
    public long pid() {
        return pid(directory);
    }

    private static long pid(Path directory) {
        try {
            return Postmaster.of(directory).orElseThrow().pid();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ConnectionSettings settings(String database) {
        try {
            return server.settings(database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(endWithTests);
        end(server);
    }

    private static void end(EmbeddedPostgresServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
