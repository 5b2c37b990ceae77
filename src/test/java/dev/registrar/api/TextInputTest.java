package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.net.IDN;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in any script: which are refused, which are accepted, and which are equal. */
@ExtendWith(RunningService.class)
class TextInputTest {

    private static final String MARK = "\u0316";

    private static Arguments row(String field, String text, String code) {
        return Arguments.of(field, text, code);
    }

    static Stream<Arguments> refused() {
        Stream<Arguments> bidirectional = IntStream.concat(
                        IntStream.rangeClosed(0x202A, 0x202E), IntStream.rangeClosed(0x2066, 0x2069))
                .mapToObj(
                        point -> row("userProfile.fullName", "Ada" + Character.toString(point) + "L", "invalid_text"));
        Stream<Arguments> texts = Stream.of(
                row("payment.description", "plan\u202e", "invalid_text"),
                row("userProfile.email", "ada\u202e@example.com", "invalid_text"),
                row("userProfile.email", "ada@exam\u2067ple.com", "invalid_text"),
                row("userProfile.userId", "u\u202e1", "invalid_text"),
                row("payment.paymentMethod", "pm_\u202e1", "invalid_text"),
                row("userProfile.fullName", "A" + MARK.repeat(9), "invalid_text"),
                row("userProfile.fullName", "A" + MARK.repeat(8) + "\u200d" + MARK, "invalid_text"),
                row("payment.description", "e" + "\u0301".repeat(10), "invalid_text"),
                row("userProfile.email", "a" + MARK.repeat(9) + "@example.com", "invalid_text"));
        Stream<Arguments> nothing = Stream.of(
                        "\uffa0",
                        "\u034f",
                        "\ufe0f",
                        "\u17b4",
                        "\u17b5",
                        "\u180b\u180e",
                        "\u115f\u1160",
                        "\u3164",
                        "\u2800",
                        "\udb40\udd00", // variation selector 17
                        "\u00ad",
                        "\u2063",
                        " \uffa0\u200b\ufe0f\u034f ")
                .map(text -> row("userProfile.fullName", text, "required"));
        Stream<Arguments> addresses = Stream.of(
                        "ada@192.168.1.10",
                        "ada@[192.168.1.10]",
                        "ada@example.123",
                        "ada@example.0x7f",
                        "ada@\u0301xample.com",
                        "ada@-\u0909\u0926\u093e.com",
                        "\u00e9".repeat(33) + "@example.com",
                        "ada@" + ("\u0e01".repeat(20) + ".").repeat(5) + "com")
                .map(text -> row("userProfile.email", text, "invalid_email"));
        return Stream.of(bidirectional, texts, nothing, addresses).flatMap(rows -> rows);
    }

    @ParameterizedTest(name = "{index}: {0} {2}")
    @MethodSource("refused")
    void textIsRefused(String field, String text, String code, Instance service) {
        int before = service.registrations();

        Answer answer = service.post(Requests.with(field, Requests.quoted(text)));

        Problems.assertProblem(answer, 422, code);
        assertThat(Problems.blamed(answer)).containsExactly(field + " " + code);
        assertThat(answer.body()).doesNotContain(text);
        assertThat(service.registrations()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"nick\":\"Ada\u202eL\"}",
                "{\"ni\u2066ck\":\"Ada\"}",
                "{\"nick\":\"A\u0316\u0316\u0316\u0316\u0316\u0316\u0316\u0316\u0316\"}",
                "{\"caf\u00e9\":1,\"cafe\u0301\":1}"
            })
    void preferenceIsRefused(String preferences, Instance service) {
        Answer answer = service.post(Requests.with("userProfile.preferences", preferences));

        Problems.assertProblem(answer, 422, "invalid_text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0639\u0644\u064a\u200f Ali", // with a right-to-left mark
                "\u05d3\u05d5\u05d3\u200e",
                "A\u0316\u0316\u0316\u0316\u0316\u0316\u0316\u0316", // 8 marks
                "\u0915\u094d\u0937\u094d\u200d\u092e\u093f", // with a joiner
                "\u1eac\u0323i",
                "\u2764\ufe0f",
                "\uffa0A",
                "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f"
            })
    void textOfAnyScriptIsAccepted(String name, Instance service) {
        Answer answer = service.post(Requests.with("userProfile.fullName", Requests.quoted(name)));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0909\u0926\u093e\u0939\u0930\u0923.\u092a\u0930\u0940\u0915\u094d\u0937\u093e", // Devanagari
                "\u0b89\u0ba4\u0bbe\u0bb0\u0ba3\u0bae\u0bcd.\u0baa\u0bb0\u0bbf\u0b9f\u0bcd\u0b9a\u0bc8", // Tamil
                "\u0d2e\u0d32\u0d2f\u0d3e\u0d33\u0d02.\u0d2d\u0d3e\u0d30\u0d24\u0d02", // Malayalam
                "\u0e15\u0e31\u0e27\u0e2d\u0e22\u0e48\u0e32\u0e07.\u0e44\u0e17\u0e22", // Thai
                "\u17a7\u1791\u17b6\u17a0\u179a\u178e\u17cd.\u1781\u17d2\u1798\u17c2\u179a", // Khmer
                "\u0989\u09a6\u09be\u09b9\u09b0\u09a3.\u09ac\u09be\u0982\u09b2\u09be" // Bengali
            })
    void addressInUnicodeAndInPunycodeIsTheSameRequest(String domain, Instance service) {
        String body = Requests.valid();
        String key = "idn-" + domain.hashCode();

        Answer unicode = service.post(body.replace("example.com", domain), "Idempotency-Key", key);
        Answer punycode = service.post(
                body.replace("example.com", IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED)), "Idempotency-Key", key);
        Answer other = service.post(body.replace("example.com", "www." + domain), "Idempotency-Key", key);

        assertThat(unicode.status()).as(unicode.body()).isEqualTo(202);
        assertReplay(punycode, unicode);
        Problems.assertProblem(other, 422, "idempotency_key_reused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@1.2.3.example", "ada@123.com", "ada@example.c0m"})
    void addressWithDigitsBeforeItsTopLevelIsAccepted(String email, Instance service) {
        assertThat(service.post(Requests.with("userProfile.email", Requests.quoted(email)))
                        .status())
                .isEqualTo(202);
    }

    @Test
    void longestAddressIsAcceptedAndAnOctetMoreIsRefused(Instance service) {
        String domain = "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(57) + ".com";
        String longest = "\u00e9".repeat(32) + "@" + domain;
        assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(254);

        Answer accepted = service.post(Requests.with("userProfile.email", Requests.quoted(longest)));
        Answer refused = service.post(Requests.with("userProfile.email", Requests.quoted(longest + "m")));

        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        Problems.assertProblem(refused, 422, "invalid_email");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ren\u00e9e Bront\u00eb", "\u1e69", "\uac01", "\u0958"})
    void composedAndDecomposedNameIsTheSameRequest(String name, Instance service) {
        String body =
                Requests.valid().replace("Annual", name).replace("\"newsletter\":true", "\"nick\":\"" + name + "\"");
        String composed = body.replace("Ada Lovelace", name);
        String key = "nfc-" + name.hashCode();

        Answer first = service.post(composed, "Idempotency-Key", key);
        Answer again = service.post(Normalizer.normalize(composed, Normalizer.Form.NFD), "Idempotency-Key", key);
        Answer other = service.post(composed.replace(name, "Renee"), "Idempotency-Key", key);

        assertThat(first.status()).as(first.body()).isEqualTo(202);
        assertReplay(again, first);
        Problems.assertProblem(other, 422, "idempotency_key_reused");
    }

    private static void assertReplay(Answer again, Answer first) {
        assertThat(again.status()).as(again.body()).isEqualTo(202);
        assertThat(again.text("id")).isEqualTo(first.text("id"));
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    }

    private static Answer send(Instance service, String type, byte[] body) {
        return service.send(service.request("/v1/registrations")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    @Test
    void byteOrderMarkOfUtf8IsSkipped(Instance service) {
        String body = Requests.valid();

        Answer first = send(service, "application/json", ("\ufeff" + body).getBytes(StandardCharsets.UTF_8));
        Answer again = send(service, "application/json", body.getBytes(StandardCharsets.UTF_8));

        assertThat(first.status()).as(first.body()).isEqualTo(202);
        assertReplay(again, first);
    }

    @Test
    void otherByteOrderMarksAreRefused(Instance service) {
        String body = Requests.valid();
        int before = service.registrations();

        for (byte[] bytes : List.of(
                ("\ufeff\ufeff" + body).getBytes(StandardCharsets.UTF_8),
                (body + "\ufeff").getBytes(StandardCharsets.UTF_8),
                ("\ufeff" + body).getBytes(StandardCharsets.UTF_16LE),
                ("\ufeff" + body).getBytes(StandardCharsets.UTF_16BE))) {
            Problems.assertProblem(send(service, "application/json", bytes), 400, "malformed_json");
        }
        Problems.assertProblem(
                send(service, "application/json", "\ufeff".getBytes(StandardCharsets.UTF_8)), 400, "body_missing");
        assertThat(service.registrations()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf8", "UTF8", "utf-8", "UTF-8", "\"utf-8\"", "\"utf8\""})
    void charsetIsUtf8InEverySpelling(String charset, Instance service) {
        String body = Requests.valid().replace("Ada", "Ad\u00e9");

        Answer answer = send(service, "application/json; charset=" + charset, body.getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-16", "utf16", "utf-7", "iso-8859-1", "us-ascii", "utf", "none"})
    void otherCharsetsAreRefused(String charset, Instance service) {
        Answer answer = send(
                service,
                "application/json; charset=" + charset,
                Requests.valid().getBytes(StandardCharsets.UTF_8));

        Problems.assertProblem(answer, 415, "media_type_unsupported");
    }
}
