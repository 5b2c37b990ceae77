package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same request again, with and without {@code Idempotency-Key}. */
@ExtendWith(RunningService.class)
class IdempotencyTest {

    private static void assertReplay(Answer again, Answer first) {
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("id")).isEqualTo(first.text("id"));
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    }

    @Test
    void sameKeyAndBodyIsReplayed(Instance service) {
        String body = Requests.valid();
        String key = UUID.randomUUID().toString();

        Answer first = service.post(body, "Idempotency-Key", key);
        int stored = service.registrations();
        Answer again = service.post(body, "Idempotency-Key", key);
        Answer quoted = service.post(body, "Idempotency-Key", "\"" + key + "\"");

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.header("Idempotent-Replayed")).isEmpty();
        assertThat(first.location()).isEqualTo("/v1/registrations/" + first.text("id"));
        assertReplay(again, first);
        assertReplay(quoted, first);
        assertThat(service.registrations()).isEqualTo(stored);
    }

    @Test
    void replayTellsTheRegistrationAsItNowIs(Instance service) {
        String body = Requests.valid();

        Answer first = service.post(body, "Prefer", "wait=20");
        Answer again = service.post(body);

        assertThat(first.text("status")).isEqualTo("COMPLETED");
        assertReplay(again, first);
        assertThat(again.json()).isEqualTo(first.json());
    }

    @Test
    void bodiesAreComparedAsValues(Instance service) {
        String user = Requests.freshUser();
        String body = Requests.valid(user);
        Answer first = service.post(body, "Idempotency-Key", user);

        for (String same : List.of(
                body.replace("49.90", "49.9"),
                body.replace("49.90", "4.99e1"),
                body.replace(",\"currency\":\"USD\"", ""),
                body.replace("\"locale\":\"en\",\"newsletter\":true", "\"newsletter\":true,\"locale\":\"en\""),
                body.replace(":", " : "),
                body.replace("Ada Lovelace", "\\u0041da Lovelace"))) {
            assertReplay(service.post(same, "Idempotency-Key", user), first);
        }
    }

    @Test
    void sameKeyWithAnotherBodyIsRefused(Instance service) {
        String key = UUID.randomUUID().toString();
        String body = Requests.valid();
        service.post(body, "Idempotency-Key", key);
        int stored = service.registrations();

        for (String other : List.of(
                body.replace("49.90", "49.91"),
                body.replace("Annual", "annual"),
                body.replace("true", "\"true\""),
                body.replace("USD", "EUR"),
                Requests.valid())) {
            Problems.assertProblem(service.post(other, "Idempotency-Key", key), 422, "idempotency_key_reused");
        }
        assertThat(service.registrations()).isEqualTo(stored);
    }

    @Test
    void secondLiveRegistrationOfAUserIsRefusedWithoutItsId(Instance service) {
        String body = Requests.valid();
        Answer first = service.post(body, "Idempotency-Key", UUID.randomUUID().toString());

        Answer other = service.post(body.replace("49.90", "59.90"));
        Answer otherWithKey = service.post(
                body.replace("49.90", "59.90"),
                "Idempotency-Key",
                UUID.randomUUID().toString());

        Problems.assertProblem(other, 409, "user_already_registered");
        Problems.assertProblem(otherWithKey, 409, "user_already_registered");
        assertThat(other.body() + otherWithKey.body()).doesNotContain(first.text("id"));
    }

    @Test
    void sameBodyWithoutOrWithANewKeyIsReplayed(Instance service) {
        String body = Requests.valid();

        Answer first = service.post(body, "Idempotency-Key", UUID.randomUUID().toString());

        assertReplay(service.post(body), first);
        assertReplay(service.post(body, "Idempotency-Key", UUID.randomUUID().toString()), first);
    }

    @Test
    void userWhoseRegistrationFailedMayTryAgain(Instance service) {
        String body = Requests.valid();
        String declined = body.replace("pm_card_ok", "pm_card_declined");

        Answer first = service.post(declined, "Prefer", "wait=30");
        Answer second = service.post(body, "Prefer", "wait=30");

        assertThat(first.text("status")).isEqualTo("FAILED");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text("status")).isEqualTo("COMPLETED");
        assertThat(second.text("id")).isNotEqualTo(first.text("id"));
        assertThat(second.header("Idempotent-Replayed")).isEmpty();
    }

    static Stream<String> invalidKeys() {
        return Stream.of("", "\"\"", "a".repeat(256), "two words", "a\tb", "k\u00e9y", "\"" + "a".repeat(256) + "\"");
    }

    @ParameterizedTest
    @MethodSource("invalidKeys")
    void invalidKeyIsRefused(String key, Instance service) throws IOException {
        int before = service.registrations();

        String answer = raw(service, "Idempotency-Key: " + key, Requests.valid());

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "\"code\":\"idempotency_key_invalid\"");
        assertThat(service.registrations()).isEqualTo(before);
    }

    @Test
    void longestKeyIsTaken(Instance service) {
        assertThat(service.post(Requests.valid(), "Idempotency-Key", "~".repeat(255))
                        .status())
                .isEqualTo(202);
    }

    @Test
    void cardNumberAsAKeyIsRefused(Instance service) {
        for (String key : List.of("4111111111111111", "order-378282246310005", "\"5555555555554444\"")) {
            Answer answer = service.post(Requests.valid(), "Idempotency-Key", key);

            Problems.assertProblem(answer, 422, "card_number_refused");
            assertThat(answer.body()).doesNotContain(key.replace("\"", ""));
        }
        // Passes the Luhn check but belongs to no brand.
        assertThat(service.post(Requests.valid(), "Idempotency-Key", "1000000000000008")
                        .status())
                .isEqualTo(202);
    }

    /** The response to bytes that no proper client would send. */
    private static String raw(Instance service, String header, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/registrations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n" + header
                            + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
