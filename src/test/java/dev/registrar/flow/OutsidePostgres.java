package dev.registrar.flow;

import dev.registrar.database.Database;
import dev.registrar.database.EmbeddedDatabaseFactory;
import io.dropwizard.core.setup.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL beside the service, with the service's schema. It can be stopped and started again on the same port. One thread. */
final class OutsidePostgres implements AutoCloseable {

    private final Path data;
    private final int port = new FreePorts().next();
    private @Nullable Database database;

    /** @param data its data directory, created if absent */
    OutsidePostgres(Path data) {
        this.data = data;
    }

    OutsidePostgres start() {
        database = new EmbeddedDatabaseFactory(data, Path.of("target", "postgres-bin"), port, null, null, null)
                .open(new Environment("outside"));
        return this;
    }

    /** An orderly shutdown: connections are closed, and new ones are refused. */
    void stop() {
        if (database != null) {
            database.close();
            database = null;
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/registrar";
    }

    String user() {
        return "postgres";
    }

    String password() {
        try {
            return probe().password();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its tables. */
    DatabaseProbe probe() {
        return new DatabaseProbe(data);
    }

    @Override
    public void close() {
        stop();
    }
}
