package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import dev.registrar.flow.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A service that may have one live registration. */
class BacklogFullTest {

    /** More than can end between two counts of the backlog. */
    private static final int REQUESTS = 5;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void furtherRegistrationsGet503AndAreAcceptedOnceThereIsRoom() {
        try (Instance service =
                Instance.started(root -> ((ObjectNode) root.path("registration")).put("maxBacklog", 1))) {
            List<Answer> answers = new ArrayList<>();
            String first = Requests.valid(Requests.freshUser());
            answers.add(service.post(first));
            for (int i = 1; i < REQUESTS; i++) {
                answers.add(service.post(Requests.valid(Requests.freshUser())));
            }
            Answer repeated = service.post(first);

            assertThat(answers.get(0).status()).isEqualTo(202);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() != 202)
                    .isNotEmpty()
                    .allSatisfy(answer -> {
                        assertThat(answer.status()).isEqualTo(503);
                        assertThat(answer.text("code")).isEqualTo("backlog_full");
                        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
                    });
            assertThat(repeated.header("Idempotent-Replayed")).isEqualTo("true");
            assertThat(service.registrations())
                    .as("nothing is stored for a refused one")
                    .isEqualTo((int) answers.stream()
                            .filter(answer -> answer.status() == 202)
                            .count());
            Poll.until(
                    "one is accepted again",
                    LIMIT,
                    () -> service.post(Requests.valid(Requests.freshUser())).status() == 202);
        }
    }
}
