package dev.registrar.bench;

import dev.registrar.database.DurablePostgres;
import dev.registrar.flow.TemporalDevServer;
import dev.registrar.flow.TemporalProductionServer;
import dev.registrar.flow.TemporalServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A Temporal server and a durable PostgreSQL, which holds the production server's two databases and those of Registrar. Each
 * contestant has its own: what it leaves behind, such as time-outs that Temporal discards minutes later, slows no other.
 */
final class Servers implements AutoCloseable {

    private static final int CONNECTIONS = 400;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final DurablePostgres postgres;
    private final TemporalServer temporal;

    /** Starts both. */
    Servers(Path directory, boolean production) throws Exception {
        Files.createDirectories(directory);
        try {
            if (production) {
                TemporalProductionServer server = new TemporalProductionServer(directory);
                parts.push(server);
                postgres = server.postgres();
                temporal = server;
            } else {
                postgres = DurablePostgres.start(directory.resolve("postgres"), CONNECTIONS);
                parts.push(postgres);
                temporal = new TemporalDevServer(directory);
                parts.push(temporal);
            }
            temporal.start();
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    DurablePostgres postgres() {
        return postgres;
    }

    TemporalServer temporal() {
        return temporal;
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
