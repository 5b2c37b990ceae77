package dev.registrar.flow;

import static dev.registrar.flow.RegistrationClient.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.Database;
import dev.registrar.database.EmbeddedDatabaseFactory;
import dev.registrar.flow.WebClient.Answer;
import io.dropwizard.core.setup.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An external PostgreSQL goes down and comes back. */
@Tag("integration")
final class PostgresDownIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final int port = new FreePorts().next();

    @Test
    void requestThatPostgresqlCouldNotTakeRegistersOnceWhenItIsSentAgain() throws IOException {
        String key = "down-key";
        Path data = directory.resolve("elsewhere");
        DatabaseProbe rows = new DatabaseProbe(data);
        Database first = open(data);
        try (RegistrarProcess service = new RegistrarProcess(directory)
                .withDatabase("jdbc:postgresql://127.0.0.1:" + port + "/registrar", "postgres", rows.password())) {
            service.start();
            String earlier = service.client().register("down-0");
            assertThat(service.client().awaitSettled(earlier, LIMIT).text("status"))
                    .isEqualTo("COMPLETED");

            first.close();
            Answer refused = service.client().post(body("down-1"), "Idempotency-Key", key);
            Answer unread = service.client().find(earlier);

            for (Answer answer : new Answer[] {refused, unread}) {
                assertThat(answer.status()).as("%s", answer).isEqualTo(503);
                assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
                assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
                assertThat(answer.took()).isLessThan(Duration.ofSeconds(5));
            }
            Database second = open(data);
            try {
                assertThat(rows.statuses("down-1")).isEmpty();
                Answer accepted = service.client().post(body("down-1"), "Idempotency-Key", key);
                assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
                assertThat(service.client()
                                .awaitSettled(accepted.text("id"), LIMIT)
                                .text("status"))
                        .isEqualTo("COMPLETED");
                Answer again = service.client().post(body("down-1"), "Idempotency-Key", key);
                assertThat(again.text("id")).isEqualTo(accepted.text("id"));
                assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
                assertThat(rows.statuses("down-1")).isEqualTo(Map.of("COMPLETED", 1L));
                assertThat(service.sandbox().effects("payment.charge", "down-1"))
                        .isEqualTo(Map.of("down-1", 1L));
                service.terminate();
            } finally {
                second.close();
            }
        } finally {
            first.close();
        }
    }

    /** Uses the same port each time. */
    private Database open(Path data) {
        return new EmbeddedDatabaseFactory(data, Path.of("target", "postgres-bin"), port, null, null, null)
                .open(new Environment("elsewhere"));
    }
}
