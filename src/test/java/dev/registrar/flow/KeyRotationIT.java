package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.Database;
import dev.registrar.database.EmbeddedDatabaseFactory;
import dev.registrar.flow.WebClient.Answer;
import io.dropwizard.core.setup.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The encryption key is replaced on two instances, one after the other, while registrations arrive. */
@Tag("privacy")
final class KeyRotationIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.TEMPORAL;

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration PACE = Duration.ofMillis(100);

    @TempDir
    Path directory;

    @Test
    void noRegistrationFailsWhileKeysAreRotatedAndOldDataIsStillRead() throws Exception {
        int port = new FreePorts().next();
        Path data = directory.resolve("postgres");
        Database database = new EmbeddedDatabaseFactory(data, Path.of("target", "postgres-bin"), port, null, null, null)
                .open(new Environment("elsewhere"));
        DatabaseProbe rows = new DatabaseProbe(data);
        try (TemporalServer temporal = new TemporalDevServer(directory).start();
                RegistrarProcess one = instance("one", rows, port, temporal).withSandboxOutside();
                RegistrarProcess two = instance("two", rows, port, temporal).withSandboxOf(one)) {
            one.start();
            two.start();
            Load load = new Load(List.of(one, two));
            Thread sender = new Thread(load, "load");
            sender.start();
            for (String[] ring : List.of(new String[] {"first", "second"}, new String[] {"second", "first"})) {
                for (RegistrarProcess instance : List.of(one, two)) {
                    instance.terminate();
                    instance.withKeys(ring).start();
                }
            }
            load.stop.set(true);
            sender.join(LIMIT.toMillis());

            assertThat(load.unanswered).isEmpty();
            load.accepted.forEach((user, id) -> assertThat(
                            one.client().awaitSettled(id, LIMIT).text("status"))
                    .as(user)
                    .isEqualTo("COMPLETED"));
            System.out.printf("%d registrations over two rotations, none failed%n", load.accepted.size());
            assertThat(load.accepted).hasSizeGreaterThan(50);
            assertThat(rows.dump("encryption_keys")).contains("first\n", "second\n");
            assertThat(rows.dump("registrations")).contains("\5first", "\6second");
            // Encrypted with the old key, decrypted with the new key ring.
            assertThat(two.application().get("/v1/users/r-0").text("email")).isEqualTo("r-0@example.com");
            assertThat(one.sandbox().effects("payment.charge", "r-")).hasSize(load.accepted.size());
            assertThat(one.sandbox().effects("payment.charge", "r-").values()).containsOnly(1L);
        } finally {
            database.close();
        }
    }

    private RegistrarProcess instance(String name, DatabaseProbe rows, int port, TemporalServer temporal)
            throws IOException {
        return new RegistrarProcess(Files.createDirectories(directory.resolve(name)))
                .withDatabase("jdbc:postgresql://127.0.0.1:" + port + "/registrar", "postgres", rows.password())
                .withTemporal(temporal.port());
    }

    /** A client that sends a request without a response again, to the other instance. */
    private static final class Load implements Runnable {

        private final List<RegistrarProcess> instances;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Map<String, String> accepted = new ConcurrentHashMap<>();
        private final List<String> unanswered = new CopyOnWriteArrayList<>();

        private Load(List<RegistrarProcess> instances) {
            this.instances = instances;
        }

        @Override
        public void run() {
            for (int i = 0; !stop.get(); i++) {
                register("r-" + i, i);
                LockSupport.parkNanos(PACE.toNanos());
            }
        }

        private void register(String user, int turn) {
            for (int attempt = 0; attempt < 10; attempt++) {
                RegistrarProcess instance = instances.get((turn + attempt) % instances.size());
                try {
                    Answer answer = instance.client().post(RegistrationClient.body(user), "Idempotency-Key", user);
                    if (answer.status() == 202) {
                        accepted.put(user, answer.text("id"));
                        return;
                    }
                } catch (RuntimeException e) {
                    // It is being restarted: try the next one.
                    LockSupport.parkNanos(PACE.toNanos());
                }
            }
            unanswered.add(user);
        }
    }
}
