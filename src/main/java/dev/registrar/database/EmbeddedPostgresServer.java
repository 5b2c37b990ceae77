package dev.registrar.database;

import dev.registrar.database.PostgresBinaries.Directories;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that belongs to this process: started with it, stopped with it, started again on the same port if it dies
 * in between. An orphan that a killed predecessor left in the directory is stopped first. Safe for several threads.
 */
final class EmbeddedPostgresServer implements AutoCloseable {

    /** The database of the service, beside PostgreSQL's own. */
    static final String DATABASE = "registrar";

    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedPostgresServer.class);

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""),
            // For the pool, Liquibase, and an operator with psql.
            Map.entry("max_connections", "60"),
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("timezone", "UTC"),
            Map.entry("jit", "off"),
            Map.entry("shared_preload_libraries", "pg_stat_statements"),
            // Failed statements are the client's to report; their details could hold personal data.
            Map.entry("log_min_messages", "log"),
            Map.entry("log_error_verbosity", "terse"),
            Map.entry("log_checkpoints", "off"));

    /** The interval of the supervisor's checks, and its wait after a failed start. */
    private static final long SUPERVISION_MILLIS = 500;

    private static final int PORT_ATTEMPTS = 5;

    private final PostgresCluster cluster;
    private final DirectoryLock lock;
    private final int port;
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "postgres-supervisor");
        thread.setDaemon(true);
        return thread;
    });
    private boolean failing;
    private boolean closed;

    private EmbeddedPostgresServer(PostgresCluster cluster, DirectoryLock lock, int port) {
        this.cluster = cluster;
        this.lock = lock;
        this.port = port;
    }

    /**
     * Starts the server and returns when it accepts connections: after 0.5 s, the first time about 5 s.
     *
     * @param dataDirectory created if absent, kept on close
     * @param binaries where PostgreSQL's programs are unpacked
     * @param port of the loopback interface, 0 for a free one
     * @param overrides server settings above the durable defaults
     * @param random generates the password of a new database
     * @throws DatabaseRefusedException if the directory or the port is used by another process
     */
    static EmbeddedPostgresServer start(
            Path dataDirectory, Path binaries, int port, Map<String, String> overrides, Random random)
            throws IOException {
        Files.createDirectories(dataDirectory);
        Path directory = dataDirectory.toRealPath();
        DirectoryLock lock = DirectoryLock.of(directory);
        try {
            Map<String, String> settings = new HashMap<>(SETTINGS);
            settings.putAll(overrides);
            PostgresCluster cluster =
                    new PostgresCluster(PostgresBinaries.unpackInto(binaries.toAbsolutePath()), directory, settings);
            initialise(cluster, lock, random);
            if (cluster.isRunning()) {
                LOGGER.warn("Stopping the PostgreSQL that an earlier run left in {}", directory);
                cluster.stop();
            }
            EmbeddedPostgresServer server = new EmbeddedPostgresServer(cluster, lock, startOn(port, cluster));
            server.prepare();
            server.supervise();
            LOGGER.info("PostgreSQL runs in {} on port {}", directory, server.port);
            return server;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void initialise(PostgresCluster cluster, DirectoryLock lock, Random random) throws IOException {
        if (cluster.isInitialised()) {
            return;
        }
        if (lock.isBeingMade()) {
            Directories.empty(cluster.directory());
        }
        if (!cluster.isEmpty()) {
            throw new DatabaseRefusedException("The database directory " + cluster.directory()
                    + " contains files of another program: set another `dataDirectory`.");
        }
        lock.beingMade(true);
        cluster.initialise(random);
        lock.beingMade(false);
    }

    private static int startOn(int configured, PostgresCluster cluster) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = freePort(configured);
            try {
                cluster.start(port);
                return port;
            } catch (IOException e) {
                cluster.stop();
                // Between the search for a free port and the start another process can take it.
                if (configured != 0 || attempt == PORT_ATTEMPTS || isFree(port)) {
                    throw e;
                }
            }
        }
    }

    private static int freePort(int configured) {
        try (ServerSocket socket = bind(configured)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new DatabaseRefusedException(
                    "Port " + configured
                            + " is taken by a server that is not this database: stop that one, or set another `port` (0: any).");
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    /** Verifies that this server answers, and creates the service's database if it does not exist. */
    private void prepare() throws IOException {
        try {
            try (Connection connection = settings("postgres").connect();
                    Statement statement = connection.createStatement()) {
                Path answered = Path.of(single(statement, "SHOW data_directory"));
                if (!answered.toRealPath().equals(cluster.directory())) {
                    throw new DatabaseRefusedException(
                            "Port " + port + " is answered by the PostgreSQL of " + answered);
                }
                if (single(statement, "SELECT count(*) FROM pg_database WHERE datname = '" + DATABASE + "'")
                        .equals("0")) {
                    statement.execute("CREATE DATABASE " + DATABASE);
                }
            }
            try (Connection connection = settings(DATABASE).connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
            }
        } catch (SQLException e) {
            cluster.stop();
            throw new IOException("it was started but does not answer", e);
        } catch (IOException | RuntimeException e) {
            cluster.stop();
            throw e;
        }
    }

    private static String single(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    int port() {
        return port;
    }

    /** How to reach one of its databases; the port and the password stay the same while it runs. */
    ConnectionSettings settings(String database) throws IOException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
        return new ConnectionSettings(url, PostgresCluster.SUPERUSER, cluster.password());
    }

    private void supervise() {
        var unused = supervisor.scheduleWithFixedDelay(
                this::keepRunning, SUPERVISION_MILLIS, SUPERVISION_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void keepRunning() {
        try {
            if (closed || cluster.isRunning()) {
                return;
            }
            if (!failing) {
                LOGGER.warn("PostgreSQL has ended by itself or was killed: starting it again");
            }
            cluster.start(port);
            failing = false;
            LOGGER.warn("PostgreSQL runs again on port {}", port);
        } catch (IOException | RuntimeException e) {
            // Its children may take a moment to exit: retried until it works, logged once.
            if (!failing) {
                LOGGER.warn("PostgreSQL does not start yet: {}", e.getMessage());
            }
            failing = true;
        }
    }

    /** Stops the server and releases the directory; a second call does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        supervisor.shutdown();
        try (lock) {
            cluster.stop();
        }
    }

    /**
     * Reserves a data directory for one process by a lock on a file beside it; the system releases the lock when the process ends,
     * however it ends. The file also records that the directory is being created, so that the remains of a killed start are not
     * mistaken for foreign files.
     */
    static final class DirectoryLock implements AutoCloseable {

        private final FileChannel channel;

        private DirectoryLock(FileChannel channel) {
            this.channel = channel;
        }

        static DirectoryLock of(Path directory) throws IOException {
            FileChannel channel = FileChannel.open(
                    directory.resolveSibling(directory.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return new DirectoryLock(channel);
                }
            } catch (OverlappingFileLockException e) {
                // Held by this process.
            }
            channel.close();
            throw new DatabaseRefusedException("The database directory " + directory
                    + " is in use by another Registrar: stop that one, or set another `dataDirectory`.");
        }

        boolean isBeingMade() throws IOException {
            return channel.size() > 0;
        }

        void beingMade(boolean beingMade) throws IOException {
            if (beingMade) {
                channel.write(ByteBuffer.wrap("being made\n".getBytes(StandardCharsets.US_ASCII)), 0);
            } else {
                channel.truncate(0);
            }
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
