package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Prefer: wait}: which requests wait, for how long, and what ends the wait. */
@ExtendWith(RunningService.class)
class PreferWaitTest {

    private static final String SLOW_PROFILE =
            "[{\"service\":\"profile\",\"operation\":\"create\",\"kind\":\"latency\",\"times\":1,\"millis\":1500}]";

    @AfterEach
    void noFaults(Instance service) {
        service.faults("[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "none | 0",
                "wait=0 | 0",
                "wait=5 | 5",
                "wait = 7 | 7",
                "WAIT=7 | 7",
                "respond-async, wait=3 | 3",
                "wait=2; x=1 | 2",
                "wait=30 | 30",
                "wait=31 | 30",
                "wait=999999999 | 30",
                "wait=9999999999 | 30",
                "wait=99999999999999999999 | 30",
                "wait=0000000005 | 5",
                "wait=\"5\" | 5",
                "wait = \"7\" ; x=1 | 7",
                "foo=\"a, wait=9\", wait=\"3\" | 3",
                "foo=\"\\\", wait=9\" | 0",
                "wait=\"9999999999\" | 30",
                "wait=\"\" | 0",
                "wait=\"5 | 0",
                "wait=5\" | 0",
                "wait=\"-5\" | 0",
                "wait='5' | 0",
                "wait=-1 | 0",
                "wait=1.5 | 0",
                "wait=ten | 0",
                "wait= | 0",
                "wait | 0",
                "waits=5 | 0"
            })
    void unreadableWishIsNoneAndMoreThanThirtyIsThirty(String header, int seconds) {
        assertThat(RequestHeaders.preferWait(header == null ? null : List.of(header)))
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void endThatComesInTimeIsTheAnswer(Instance service) {
        Answer answer = service.post(Requests.valid(), "Prefer", "wait=20");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("status")).isEqualTo("COMPLETED");
        assertThat(answer.location()).isEqualTo("/v1/registrations/" + answer.text("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=\"20\"", "wait=9999999999", "foo=\"x,y\"; z, wait=\"99999999999\""})
    void quotedAndHugeWaitsAreWaitedFor(String header, Instance service) {
        service.faults(SLOW_PROFILE);

        Answer answer = service.post(Requests.valid(), "Prefer", header);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.text("status")).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=\"20", "wait='20'", "wait=0000000000", "foo=\", wait=20, \""})
    void unreadableWaitsAreAnsweredAtOnce(String header, Instance service) {
        service.faults(SLOW_PROFILE);

        assertThat(service.post(Requests.valid(), "Prefer", header).status()).isEqualTo(202);
    }

    @Test
    void endThatDoesNotComeInTimeIsNotWaitedFor(Instance service) {
        service.faults(SLOW_PROFILE);
        String body = Requests.valid();

        Answer first = service.post(body, "Prefer", "wait=1");
        Answer replay = service.post(body, "Prefer", "wait=20");

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.text("status")).isEqualTo("RUNNING");
        assertThat(replay.status()).isEqualTo(200);
        assertThat(replay.text("status")).isEqualTo("COMPLETED");
        assertThat(replay.text("id")).isEqualTo(first.text("id"));
        assertThat(replay.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void replayOfAnEndedOneDoesNotWait(Instance service) {
        String body = Requests.valid();
        service.post(body, "Prefer", "wait=20");
        long begun = System.nanoTime();

        Answer replay = service.post(body, "Prefer", "wait=30");

        assertThat(replay.status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void needForAttentionEndsTheWait(Instance service) {
        Answer answer = service.post(Requests.valid().replace("pm_card_ok", "pm_wrong_amount"), "Prefer", "wait=30");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("status")).isEqualTo("NEEDS_ATTENTION");
        assertThat(answer.json().get("finishedAt").isNull()).isTrue();
        assertThat(answer.json().at("/compensations/0/action").asText()).isEqualTo("resolve_payment");
        assertThat(answer.json().at("/compensations/0/state").asText()).isEqualTo("OPEN");
        assertThat(answer.json().at("/errors/0/code").asText()).isEqualTo("payment_wrong_amount");
    }
}
