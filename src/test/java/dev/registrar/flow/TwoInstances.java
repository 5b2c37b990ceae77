package dev.registrar.flow;

import dev.registrar.database.DurablePostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Two instances of the service that share an external PostgreSQL, a production Temporal server and a sandbox. */
final class TwoInstances implements AutoCloseable {

    private static final String DATABASE = "registrar";

    private final TemporalProductionServer temporal;
    private final RegistrarProcess first;
    private final RegistrarProcess second;

    /**
     * Starts both and waits until they are ready.
     *
     * @param drain how long requests are served after a shutdown begins
     */
    TwoInstances(Path directory, String drain) {
        this(directory, drain, null);
    }

    /** @param jar of another version, which makes the schema and runs both; null for this version's */
    TwoInstances(Path directory, String drain, @Nullable Path jar) {
        temporal = new TemporalProductionServer(directory);
        String url = jar == null
                ? temporal.postgres().migratedDatabase()
                : temporal.postgres().url(DATABASE);
        first = instance(directory.resolve("first"), url, drain).withSandboxOutside();
        second = instance(directory.resolve("second"), url, drain).withSandboxOf(first);
        try {
            temporal.start();
            if (jar != null) {
                both().forEach(instance -> instance.withJar(jar));
                first.migrate();
            }
            first.start();
            second.start();
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    private RegistrarProcess instance(Path directory, String url, String drain) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RegistrarProcess(directory)
                .withDatabase(
                        url, temporal.postgres().user(), temporal.postgres().password())
                .withTemporal(temporal.port())
                .withIdentity(directory.getFileName().toString())
                .withDrain(drain);
    }

    /** Its worker identity is {@code first}. */
    RegistrarProcess first() {
        return first;
    }

    /** Its worker identity is {@code second}. */
    RegistrarProcess second() {
        return second;
    }

    List<RegistrarProcess> both() {
        return List.of(first, second);
    }

    /** The PostgreSQL of both. */
    DurablePostgres postgres() {
        return temporal.postgres();
    }

    TemporalProbe temporal() {
        return temporal.probe();
    }

    SandboxProbe sandbox() {
        return first.sandbox();
    }

    /** Registrations by status, of users with this prefix. */
    Map<String, Long> statuses(String userPrefix) {
        return new DatabaseProbe(temporal.postgres().directory()).statuses(userPrefix);
    }

    /** All commands by kind and whether they are applied, waiting or closed with an error. */
    Map<String, Long> commands() {
        return new DatabaseProbe(temporal.postgres().directory()).commands();
    }

    @Override
    public void close() {
        try {
            first.close();
        } finally {
            try {
                second.close();
            } finally {
                temporal.close();
            }
        }
    }
}
