package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.api.RawHttp.Reply;
import dev.registrar.api.RunningService.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests that no client would send: what the server refuses by itself is a problem document too, and stores nothing. */
@ExtendWith(RunningService.class)
class HostileHttpTest {

    private static final String CANARY = "4111111111111111";
    private static final String HOST = "Host: localhost\r\n";
    private static final String JSON = HOST + "Content-Type: application/json\r\n";
    private static final String POST = "POST /v1/registrations HTTP/1.1\r\n" + JSON;
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String LIST = "GET /v1/registrations HTTP/1.1\r\n";

    /** Status, code, and whether the connection ends with it. */
    static Stream<Arguments> refused() {
        return Stream.of(framing(), heads(), targets(), media()).flatMap(rows -> rows);
    }

    private static Arguments row(String name, String request, int status, String code, boolean closed) {
        return Arguments.of(name, request, status, code, closed);
    }

    private static Arguments bad(String name, String request) {
        return row(name, request, 400, "bad_request", true);
    }

    private static Stream<Arguments> framing() {
        return Stream.of(
                bad("two lengths", POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
                bad("the same length twice", POST + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
                bad("a list of lengths", POST + "Content-Length: 2, 2\r\n\r\n{}"),
                bad("length and chunks", POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                bad("negative length", POST + "Content-Length: -2\r\n\r\n{}"),
                bad("length with a sign", POST + "Content-Length: +2\r\n\r\n{}"),
                bad("length beyond a long", POST + "Content-Length: 99999999999999999999\r\n\r\n{}"),
                bad("negative chunk", CHUNKED + "-1\r\n{}\r\n0\r\n\r\n"),
                bad("chunk without a number", CHUNKED + "zz\r\n{}\r\n0\r\n\r\n"),
                bad("chunk beyond a long", CHUNKED + "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"),
                bad("chunks with bare line feeds", CHUNKED + "2\n{}\n0\n\n"),
                bad("unknown transfer encoding", POST + "Transfer-Encoding: gzip\r\n\r\n{}"),
                bad("chunked twice", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                row("length over 64 KiB", POST + "Content-Length: 65537\r\n\r\n", 413, "payload_too_large", true),
                row(
                        "length of a gigabyte",
                        POST + "Content-Length: 1000000000\r\n\r\n{",
                        413,
                        "payload_too_large",
                        true));
    }

    private static Stream<Arguments> heads() {
        return Stream.of(
                bad("no host", LIST + "\r\n"),
                bad("two hosts", LIST + HOST + HOST + "\r\n"),
                bad("a host with a blank", LIST + "Host: " + CANARY + " b\r\n\r\n"),
                bad("space before the colon", LIST + HOST + "X : " + CANARY + "\r\n\r\n"),
                bad("folded header", LIST + HOST + "X: a\r\n " + CANARY + "\r\n\r\n"),
                bad("header without a colon", LIST + HOST + CANARY + "\r\n\r\n"),
                bad("control character in a header", LIST + HOST + "X: a\0b\r\n\r\n"),
                bad("no HTTP", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n"),
                row(
                        "headers over 8 KiB",
                        LIST + HOST + "X: " + "a".repeat(8_300) + "\r\n\r\n",
                        431,
                        "headers_too_large",
                        true),
                row(
                        "many headers",
                        LIST + HOST + "X: aaaaaaa\r\n".repeat(800) + "\r\n",
                        431,
                        "headers_too_large",
                        true),
                row(
                        "URI over 8 KiB",
                        "GET /v1/registrations?cursor=" + "a".repeat(8_300) + " HTTP/1.1\r\n" + HOST + "\r\n",
                        414,
                        "uri_too_long",
                        true),
                row("HTTP/0.9", "GET /v1/registrations\r\n\r\n", 400, "http_version_unsupported", true),
                row("HTTP/2.0", "GET / HTTP/2.0\r\n" + HOST + "\r\n", 400, "http_version_unsupported", true),
                row("HTTP/9.9", "GET / HTTP/9.9\r\n" + HOST + "\r\n", 400, "http_version_unsupported", true),
                row(
                        "expectation",
                        POST + "Expect: tea\r\nContent-Length: 2\r\n\r\n{}",
                        417,
                        "expectation_failed",
                        true));
    }

    private static Stream<Arguments> targets() {
        return Stream.of(
                        "/v1/registrations/%2e%2e/" + CANARY,
                        "/v1/users/..%2f" + CANARY,
                        "/v1/users/a%2Fb",
                        "/v1/users/%00",
                        "/v1/users/%zz",
                        "/v1/users/%ff",
                        "/v1//registrations",
                        "/v1/users/\u00ff\u00fe",
                        "/v1/users/{x}",
                        "/v1/users/a%5cb",
                        "/v1/users/\"<script>")
                .map(path -> row(
                        path,
                        "GET " + path + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n",
                        400,
                        "bad_request",
                        true));
    }

    private static Stream<Arguments> media() {
        String length = "Content-Length: 2\r\n\r\n{}";
        String head = "POST /v1/registrations HTTP/1.1\r\n" + HOST + "Connection: close\r\nContent-Type: ";
        return Stream.of(
                row(
                        "UTF-16",
                        head + "application/json; charset=utf-16\r\n" + length,
                        415,
                        "media_type_unsupported",
                        true),
                row("wildcard", head + "*/*\r\n" + length, 415, "media_type_unsupported", true),
                row("half a wildcard", head + "application/*\r\n" + length, 415, "media_type_unsupported", true),
                row(
                        "merge patch",
                        head + "application/merge-patch+json\r\n" + length,
                        415,
                        "media_type_unsupported",
                        true),
                row("unreadable", head + "///\r\n" + length, 400, "bad_request", true),
                row(
                        "brotli",
                        head + "application/json\r\nContent-Encoding: br\r\n" + length,
                        415,
                        "media_type_unsupported",
                        true),
                row(
                        "deflate",
                        head + "application/json\r\nContent-Encoding: deflate\r\n" + length,
                        415,
                        "media_type_unsupported",
                        true),
                row(
                        "gzip twice",
                        head + "application/json\r\nContent-Encoding: gzip, gzip\r\n" + length,
                        415,
                        "media_type_unsupported",
                        true),
                row(
                        "no gzip",
                        head + "application/json\r\nContent-Encoding: gzip\r\n" + length,
                        400,
                        "malformed_json",
                        true),
                row(
                        "unreadable accept",
                        LIST + HOST + "Connection: close\r\nAccept: ///;;q=x\r\n\r\n",
                        400,
                        "bad_request",
                        true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void hostileRequestIsRefusedWithAProblem(
            String name, String request, int status, String code, boolean closed, Instance service) throws IOException {
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
        assertThat(reply.closed()).isEqualTo(closed);
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
                    // Closed between two drips.
                }
                reply = http.read(200);
            } while (!reply.closed()
                    && System.nanoTime() - start < Duration.ofSeconds(15).toNanos());
        }

        assertThat(reply.closed()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    /** More than there may be connections, all in the middle of a request. */
    @Test
    void othersAreServedWhileManyConnectionsDrip(Instance service) throws IOException {
        List<RawHttp> dripping = new ArrayList<>();
        try {
            for (int i = 0; i < 1_100; i++) {
                dripping.add(new RawHttp(service.port()).send(POST + "Content-Length: 1000\r\n\r\n{"));
            }
            long start = System.nanoTime();

            assertThat(service.post(Requests.valid()).status()).isEqualTo(202);
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
