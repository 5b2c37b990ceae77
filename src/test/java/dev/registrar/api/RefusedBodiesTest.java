package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that are not valid JSON objects. */
@ExtendWith(RunningService.class)
class RefusedBodiesTest {

    static Stream<Arguments> unreadable() {
        String valid = Requests.valid("u-unreadable");
        return Stream.of(
                Arguments.of("empty", "", "body_missing"),
                Arguments.of("white space", " \n\t ", "body_missing"),
                Arguments.of("null", "null", "body_missing"),
                Arguments.of("array", "[]", "malformed_json"),
                Arguments.of("string", "\"x\"", "malformed_json"),
                Arguments.of("number", "1", "malformed_json"),
                Arguments.of("truncated", valid.substring(0, valid.length() - 1), "malformed_json"),
                Arguments.of("NaN", valid.replace("49.90", "NaN"), "malformed_json"),
                Arguments.of("Infinity", valid.replace("49.90", "Infinity"), "malformed_json"),
                Arguments.of("-Infinity", valid.replace("49.90", "-Infinity"), "malformed_json"),
                Arguments.of("leading zero", valid.replace("49.90", "049.90"), "malformed_json"),
                Arguments.of("1001 digits", valid.replace("49.90", "1".repeat(1_001)), "malformed_json"),
                Arguments.of("1001 decimals", valid.replace("49.90", "1." + "1".repeat(1_001)), "malformed_json"),
                Arguments.of("huge exponent", valid.replace("49.90", "1e99999999999"), "malformed_json"),
                Arguments.of(
                        "1001 levels", valid.replace("true", "[".repeat(1_001) + "]".repeat(1_001)), "malformed_json"),
                Arguments.of(
                        "duplicate field", valid.replace("\"amount\"", "\"amount\":1,\"amount\""), "malformed_json"),
                Arguments.of("two values", valid + valid, "malformed_json"),
                Arguments.of("comment", "/* */" + valid, "malformed_json"),
                Arguments.of("single quotes", valid.replace('"', '\''), "malformed_json"),
                Arguments.of("control character in a string", valid.replace("Ada L", "Ada\u0001L"), "malformed_json"),
                Arguments.of("wrong escape", valid.replace("Ada L", "Ada\\qL"), "malformed_json"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void unreadableBodyIsRefused(String name, String body, String code, Instance service) {
        int before = service.registrations();

        Answer answer = service.post(body);

        Problems.assertProblem(answer, 400, code);
        assertThat(service.registrations()).isEqualTo(before);
    }

    @Test
    void bodyThatIsNotUtf8IsRefused(Instance service) {
        byte[] latin1 = Requests.valid().replace("Ada", "Ad\u00e9").getBytes(StandardCharsets.ISO_8859_1);
        byte[] utf16 = Requests.valid().getBytes(StandardCharsets.UTF_16);
        byte[] overlong = Requests.valid().replace("Ada", "Ad?").getBytes(StandardCharsets.UTF_8);
        overlong[new String(overlong, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xC0;

        for (byte[] body : new byte[][] {latin1, utf16, overlong}) {
            Answer answer = service.send(service.request("/v1/registrations")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(body))
                    .build());

            Problems.assertProblem(answer, 400, "malformed_json");
        }
    }

    @Test
    void largestBodyIsReadAndOneByteMoreIsRefused(Instance service) {
        int before = service.registrations();
        String valid = Requests.valid();

        Answer most = service.post(valid + " ".repeat(64 * 1024 - valid.length()));
        Answer more = service.post(valid + " ".repeat(64 * 1024 + 1 - valid.length()));

        assertThat(most.status()).isEqualTo(202);
        Problems.assertProblem(more, 413, "payload_too_large");
        assertThat(service.registrations()).isEqualTo(before + 1);
    }

    @Test
    void tooLargeBodyWithoutALengthIsRefused(Instance service) {
        byte[] body = (Requests.valid() + " ".repeat(70_000)).getBytes(StandardCharsets.UTF_8);

        Answer answer = service.send(service.request("/v1/registrations")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build());

        Problems.assertProblem(answer, 413, "payload_too_large");
    }

    @Test
    void compressedBodyIsMeasuredInflated(Instance service) throws IOException {
        Answer fits = service.send(gzipped(service, zip(Requests.valid())));
        Answer bomb = service.send(gzipped(service, zip(Requests.valid() + " ".repeat(10_000_000))));

        assertThat(fits.status()).isEqualTo(202);
        Problems.assertProblem(bomb, 413, "payload_too_large");
    }

    @Test
    void brokenCompressionIsRefused(Instance service) throws IOException {
        byte[] cut = zip(Requests.valid());
        byte[] broken = java.util.Arrays.copyOf(cut, cut.length - 20);

        for (byte[] body : new byte[][] {broken, "not gzip at all".getBytes(StandardCharsets.UTF_8)}) {
            Answer answer = service.send(gzipped(service, body));

            Problems.assertProblem(answer, 400, "malformed_json");
        }
    }

    private static HttpRequest gzipped(Instance service, byte[] body) {
        return service.request("/v1/registrations")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private static byte[] zip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void otherMediaTypesAreRefused(Instance service) {
        for (String type : new String[] {"text/plain", "application/xml", "application/x-www-form-urlencoded"}) {
            Answer answer = service.send(service.request("/v1/registrations")
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(Requests.valid()))
                    .build());

            Problems.assertProblem(answer, 415, "media_type_unsupported");
        }
        Answer none = service.send(service.request("/v1/registrations")
                .POST(BodyPublishers.ofString(Requests.valid()))
                .build());
        Problems.assertProblem(none, 415, "media_type_unsupported");
    }

    @Test
    void mediaTypeMayNameUtf8(Instance service) {
        Answer answer = service.send(service.request("/v1/registrations")
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(Requests.valid()))
                .build());

        assertThat(answer.status()).isEqualTo(202);
    }
}
