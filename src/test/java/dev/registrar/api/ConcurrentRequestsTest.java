package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many identical concurrent requests. */
@ExtendWith(RunningService.class)
class ConcurrentRequestsTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hundredEqualRequestsAreOneRegistration(boolean withKey, Instance service) {
        String user = Requests.freshUser();
        HttpRequest.Builder request = service.request("/v1/registrations")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Requests.valid(user)));
        HttpRequest one = (withKey ? request.header("Idempotency-Key", "hundred-" + user) : request).build();
        int before = service.registrations();

        List<CompletableFuture<Answer>> sent = IntStream.range(0, 100)
                .mapToObj(i ->
                        service.client().sendAsync(one, BodyHandlers.ofString()).thenApply(Answer::new))
                .toList();
        List<Answer> answers = sent.stream().map(CompletableFuture::join).toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(202));
        assertThat(answers.stream().map(answer -> answer.text("id")).distinct()).hasSize(1);
        assertThat(answers)
                .extracting(Answer::location)
                .containsOnly("/v1/registrations/" + answers.get(0).text("id"));
        assertThat(answers.stream().map(answer -> answer.header("Idempotent-Replayed")))
                .as("all but the one that was accepted")
                .containsOnly("", "true")
                .containsOnlyOnce("");
        assertThat(service.registrations()).isEqualTo(before + 1);
        Answer end = service.post(Requests.valid(user), "Prefer", "wait=30");
        assertThat(end.text("status")).as("%s", end.body()).isEqualTo("COMPLETED");
        assertThat(service.charges(user)).isOne();
    }
}
