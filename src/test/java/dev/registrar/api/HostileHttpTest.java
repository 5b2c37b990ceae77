package dev.registrar.api;

import static dev.registrar.api.HostileRequests.CANARY;
import static dev.registrar.api.HostileRequests.HOST;
import static dev.registrar.api.HostileRequests.LIST;
import static dev.registrar.api.HostileRequests.POST;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.api.RawHttp.Reply;
import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests that no client would send: the server's own refusals are problem documents too, and nothing is stored. */
@ExtendWith(RunningService.class)
class HostileHttpTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.registrar.api.HostileRequests#refused")
    void hostileRequestIsRefusedWithAProblem(String name, String request, int status, String code, Instance service)
            throws IOException {
        int before = service.registrations();

        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        Reply reply;
        try {
            reply = RawHttp.exchange(service.port(), request, 5_000);
        } finally {
            root.detachAppender(log);
        }

        assertProblem(reply, status, code);
        assertThat(List.copyOf(log.list))
                .noneMatch(event -> event.getFormattedMessage().contains(CANARY)
                        || event.getLevel().isGreaterOrEqual(Level.ERROR));
        assertThat(reply.closed()).isTrue();
        assertThat(service.registrations()).isEqualTo(before);
        assertThat(service.get("/v1/registrations?limit=1").status()).isEqualTo(200);
    }

    private static void assertProblem(Reply reply, int status, String code) throws IOException {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text())
                .contains("Content-Type: application/problem+json")
                .doesNotContain("Server:", "Jetty", "Exception", "<html", "\tat ", CANARY);
        JsonNode problem = new ObjectMapper().readTree(reply.body());
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "FOO", "get", "PROPFIND"})
    void strangeMethodIsToldTheRightOnes(String method, Instance service) throws IOException {
        Reply reply = RawHttp.exchange(
                service.port(), method + " /v1/registrations HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n", 5_000);

        assertProblem(reply, 405, "method_not_allowed");
        assertThat(reply.text()).containsPattern("Allow: [A-Z,]*GET");
    }

    @ParameterizedTest
    @CsvSource({"GET /nope, 404, not_found", "TRACE /ping, 405, method_not_allowed", "GET /tasks/%00, 400, bad_request"
    })
    void adminPortAnswersWithProblemsToo(String line, int status, String code, Instance service) throws IOException {
        Reply reply = RawHttp.exchange(
                service.adminPort(), line + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n", 5_000);

        assertProblem(reply, status, code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n5\r\n{}"})
    void bodyThatEndsTooEarlyIsRefused(String rest, Instance service) throws IOException {
        try (RawHttp http = new RawHttp(service.port())) {
            Reply reply = http.send(POST + rest).end().read(5_000);

            assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        }
    }

    @Test
    void bodyThatNeverComesIsAnsweredInTime(Instance service) throws IOException {
        long start = System.nanoTime();

        Reply reply = RawHttp.exchange(service.port(), POST + "Content-Length: 100\r\n\r\n{}", 10_000);

        assertProblem(reply, 408, "request_timeout");
        assertThat(reply.closed()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {LIST + HOST + "X: ", POST + "Content-Length: 60000\r\n\r\n"})
    void requestThatDripsIsClosedInTime(String head, Instance service) throws IOException {
        long start = System.nanoTime();
        Reply reply;
        try (RawHttp http = new RawHttp(service.port())) {
            http.send(head);
            do {
                try {
                    http.send(" ");
                } catch (IOException e) {
                    // Closed between two bytes.
                }
                reply = http.read(200);
            } while (!reply.closed()
                    && System.nanoTime() - start < Duration.ofSeconds(15).toNanos());
        }

        assertThat(reply.closed()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    /** More connections than allowed, all in the middle of a request. */
    @Test
    void othersAreServedWhileManyConnectionsDrip(Instance service) throws IOException {
        List<RawHttp> dripping = new ArrayList<>();
        try {
            for (int i = 0; i < 1_100; i++) {
                dripping.add(new RawHttp(service.port()).send(POST + "Content-Length: 1000\r\n\r\n{"));
            }
            long start = System.nanoTime();

            Answer answer = service.post(Requests.valid());
            while (answer.status() == 503
                    && System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
                answer = service.post(Requests.valid());
            }
            assertThat(answer.status()).as(answer.body()).isEqualTo(202);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        } finally {
            for (RawHttp http : dripping) {
                http.close();
            }
        }
    }

    @Test
    void repeatedHeadersAreNotHalfRead(Instance service) throws IOException {
        String body = Requests.valid();
        String head = POST + "Connection: close\r\nContent-Length: " + body.length() + "\r\n";
        int before = service.registrations();

        Reply keys = RawHttp.exchange(
                service.port(), head + "Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n" + body, 5_000);
        Reply quote = RawHttp.exchange(service.port(), head + "Idempotency-Key: \"a\r\n\r\n" + body, 5_000);
        Reply wishes = RawHttp.exchange(
                service.port(), head + "Prefer: respond-async\r\nPrefer: wait=20\r\n\r\n" + body, 25_000);

        assertProblem(keys, 400, "idempotency_key_invalid");
        assertProblem(quote, 400, "idempotency_key_invalid");
        assertThat(wishes.status()).as(wishes.text()).isEqualTo(200);
        assertThat(service.registrations()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?state=FAILED", "?limit=1&limit=2", "/6f2f8b26-7a52-4a0c-8b5e-0d2b7c0f9b11?x=1"})
    void parametersThatAreUnknownOrTwiceAreRefused(String rest, Instance service) {
        Problems.assertProblem(service.get("/v1/registrations" + rest), 400, "invalid_parameter");
    }
}
