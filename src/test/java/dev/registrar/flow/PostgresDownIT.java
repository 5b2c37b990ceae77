package dev.registrar.flow;

import static dev.registrar.flow.RegistrationClient.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.WebClient.Answer;
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

    @Test
    void requestThatPostgresqlCouldNotTakeRegistersOnceWhenItIsSentAgain() {
        String key = "down-key";
        try (OutsidePostgres postgres = new OutsidePostgres(directory.resolve("elsewhere")).start();
                RegistrarProcess service = new RegistrarProcess(directory).withDatabase(postgres)) {
            service.start();
            String earlier = service.client().register("down-0");
            assertThat(service.client().awaitSettled(earlier, LIMIT).text("status"))
                    .isEqualTo("COMPLETED");

            postgres.stop();
            Answer refused = service.client().post(body("down-1"), "Idempotency-Key", key);
            Answer unread = service.client().find(earlier);

            for (Answer answer : new Answer[] {refused, unread}) {
                assertThat(answer.status()).as("%s", answer).isEqualTo(503);
                assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
                assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
                assertThat(answer.took()).isLessThan(Duration.ofSeconds(5));
            }
            postgres.start();
            assertThat(service.database().statuses("down-1")).isEmpty();
            Answer accepted = service.client().post(body("down-1"), "Idempotency-Key", key);
            assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
            assertThat(service.client().awaitSettled(accepted.text("id"), LIMIT).text("status"))
                    .isEqualTo("COMPLETED");
            Answer again = service.client().post(body("down-1"), "Idempotency-Key", key);
            assertThat(again.text("id")).isEqualTo(accepted.text("id"));
            assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
            assertThat(service.database().statuses("down-1")).isEqualTo(Map.of("COMPLETED", 1L));
            assertThat(service.sandbox().effects("payment.charge", "down-1")).isEqualTo(Map.of("down-1", 1L));
            service.terminate();
        }
    }
}
