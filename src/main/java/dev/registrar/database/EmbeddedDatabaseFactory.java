package dev.registrar.database;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.registrar.model.Directories;
import dev.registrar.model.Secret;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * {@code type: embedded}: a real PostgreSQL that the service runs itself, durable, migrated at every start. For one
 * instance. Users of {@code psql} find the port in {@code postmaster.pid} and the password in {@code pgpass}, both in
 * the data directory.
 *
 * @param dataDirectory default {@code data/postgres}, relative to the working directory; a {@code .lock} file lies beside it
 * @param binariesDirectory where PostgreSQL's programs are unpacked, 60 MB; default: the data directory's name with {@code -bin}
 * @param port on the loopback interface; default 0: a free one, kept until the service ends
 * @param poolSize connections at most; default 16, at most 50 ({@code max_connections} of the server is 60)
 * @param poolWait how long a caller waits for a free connection; default 1 s
 * @param queryTimeout after which a statement is cancelled; default 10 s, whole seconds
 */
@JsonTypeName("embedded")
public record EmbeddedDatabaseFactory(
        Path dataDirectory,
        Path binariesDirectory,
        @Min(0) @Max(65535) Integer port,
        @Min(1) @Max(50) Integer poolSize,

        @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
        Duration poolWait,

        @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration queryTimeout)
        implements DatabaseFactory {

    public EmbeddedDatabaseFactory(
            @Nullable Path dataDirectory,
            @Nullable Path binariesDirectory,
            @Nullable Integer port,
            @Nullable Integer poolSize,
            @Nullable Duration poolWait,
            @Nullable Duration queryTimeout) {
        this.dataDirectory = dataDirectory == null ? Path.of("data", "postgres") : dataDirectory;
        this.binariesDirectory = binariesDirectory == null
                ? this.dataDirectory.resolveSibling(this.dataDirectory.getFileName() + "-bin")
                : binariesDirectory;
        this.port = port == null ? 0 : port;
        this.poolSize = poolSize == null ? 16 : poolSize;
        this.poolWait = poolWait == null ? Duration.seconds(1) : poolWait;
        this.queryTimeout = queryTimeout == null ? Duration.seconds(10) : queryTimeout;
    }

    /** All defaults. */
    public EmbeddedDatabaseFactory() {
        this(null, null, null, null, null, null);
    }

    @Override
    public Database open(Environment environment) {
        EmbeddedPostgresServer server = startServer();
        try {
            ConnectionSettings settings = server.settings(EmbeddedPostgresServer.DATABASE);
            return Database.open(
                    environment,
                    settings,
                    settings.pool(poolSize, poolWait),
                    queryTimeout,
                    SchemaGate::migrate,
                    server);
        } catch (IOException | RuntimeException e) {
            Database.closeQuietly(server);
            throw e instanceof RuntimeException runtime ? runtime : refused(e);
        }
    }

    private EmbeddedPostgresServer startServer() {
        try {
            return EmbeddedPostgresServer.start(dataDirectory, binariesDirectory, port, Map.of(), new SecureRandom());
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private DatabaseRefusedException refused(Exception e) {
        return new DatabaseRefusedException(
                "The embedded PostgreSQL in " + dataDirectory + " does not start: " + e.getMessage());
    }

    @Override
    public DataSourceFactory forCommands() {
        throw new DatabaseRefusedException("The embedded database is migrated at start: there is nothing to do.");
    }

    @Override
    public void requireReachable() {
        // It is started with the service.
    }

    @Override
    public Optional<Jdbi> check() {
        return Optional.empty();
    }

    @Override
    public void checkFiles() {
        Directories.requireNoFile("database.dataDirectory", dataDirectory);
        if (binariesDirectory != null) {
            Directories.requireNoFile("database.binariesDirectory", binariesDirectory);
        }
    }

    @Override
    public Optional<Secret> secret() {
        return Optional.empty();
    }
}
