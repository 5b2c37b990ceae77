package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid fields, one at a time. */
@ExtendWith(RunningService.class)
class RefusedFieldsTest {

    private static final String CARD = "4111111111111111";

    private static Arguments row(String field, String json, String code) {
        return Arguments.of(field, json, field, code);
    }

    private static Arguments text(String field, String text, String code) {
        return row(field, Requests.quoted(text), code);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(unknownFields(), types(), amounts(), texts(), contacts(), preferences(), cards())
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> unknownFields() {
        return Stream.of(
                Arguments.of("role", "\"admin\"", "?", "unknown_field"),
                Arguments.of("status", "\"COMPLETED\"", "?", "unknown_field"),
                Arguments.of("id", "\"1\"", "?", "unknown_field"),
                Arguments.of("userProfile.role", "\"admin\"", "userProfile.?", "unknown_field"),
                Arguments.of("payment.status", "\"paid\"", "payment.?", "unknown_field"),
                Arguments.of("payment.userId", "\"u-2\"", "payment.?", "unknown_field"));
    }

    private static Stream<Arguments> types() {
        return Stream.of(
                row("payment.amount", "\"49.90\"", "wrong_type"),
                row("payment.amount", "true", "wrong_type"),
                row("payment.amount", "\"\"", "wrong_type"),
                row("payment.amount", "[49.90]", "wrong_type"),
                row("payment.amount", "{}", "wrong_type"),
                row("payment.amount", "null", "required"),
                row("payment.currency", "840", "wrong_type"),
                row("payment.paymentMethod", "1", "wrong_type"),
                row("payment.description", "7", "wrong_type"),
                row("userProfile.userId", "1001", "wrong_type"),
                row("userProfile.email", "[\"ada@example.com\"]", "wrong_type"),
                row("userProfile.fullName", "true", "wrong_type"),
                row("userProfile.phoneNumber", "14155550101", "wrong_type"),
                row("userProfile.preferences", "[]", "wrong_type"),
                row("userProfile.preferences", "\"en\"", "wrong_type"),
                row("userProfile", "\"ada\"", "wrong_type"),
                row("payment", "[]", "wrong_type"));
    }

    private static Stream<Arguments> amounts() {
        return Stream.concat(
                Stream.of(
                                "0",
                                "0.00",
                                "-1",
                                "-0.01",
                                "10.001",
                                "1e9999",
                                "1e999999999",
                                "1e-999999999",
                                "1000000.01",
                                "1e7",
                                "0.001")
                        .map(amount -> row("payment.amount", amount, "out_of_range")),
                Stream.of("XXX1", "usd ", "usd", "QQQ", "XAU", "XXX", "US", "", " ", "$")
                        .map(currency -> text("payment.currency", currency, "invalid_currency")));
    }

    private static Stream<Arguments> texts() {
        return Stream.of(
                text("userProfile.fullName", "", "required"),
                text("userProfile.fullName", "   ", "required"),
                text("userProfile.fullName", "\u200b\u200c\ufeff", "required"),
                text("userProfile.fullName", "\u00a0\u3000", "required"),
                text("userProfile.email", " ", "required"),
                text("userProfile.userId", "", "required"),
                text("payment.paymentMethod", "", "required"),
                text("userProfile.fullName", "Ada\u0000Lovelace", "invalid_text"),
                text("userProfile.fullName", "Ada\u0007", "invalid_text"),
                text("userProfile.fullName", "Ada\u0085", "invalid_text"),
                row("userProfile.fullName", "\"Ada \\ud800 L\"", "invalid_text"),
                text("userProfile.email", "ada\u0000@example.com", "invalid_text"),
                text("payment.description", "a\u0000b", "invalid_text"),
                text("payment.description", "line\nbreak", "invalid_text"),
                text("userProfile.fullName", "a".repeat(201), "too_long"),
                text("payment.description", "a".repeat(201), "too_long"),
                text("userProfile.userId", "a".repeat(65), "invalid_user_id"),
                text("userProfile.userId", "u 1", "invalid_user_id"),
                text("userProfile.userId", "u/1", "invalid_user_id"),
                text("userProfile.userId", "\u00fc1", "invalid_user_id"),
                text("userProfile.userId", "..", "invalid_user_id"),
                text("payment.paymentMethod", "card_ok", "invalid_token"),
                text("payment.paymentMethod", "pm_", "invalid_token"),
                text("payment.paymentMethod", "pm_" + "a".repeat(65), "invalid_token"),
                text("payment.paymentMethod", "pm_card-ok", "invalid_token"));
    }

    private static Stream<Arguments> contacts() {
        return Stream.concat(
                Stream.of(
                                "ada.example.com",
                                "@example.com",
                                "ada@",
                                "ada@example",
                                "ada@@example.com",
                                "ada@exa mple.com",
                                "ada@-example.com",
                                "ada\u00a0b@example.com",
                                "ada\u200b@example.com",
                                ".ada@example.com",
                                "a".repeat(65) + "@example.com",
                                "a".repeat(60) + "@" + "b".repeat(60) + "." + "c".repeat(60) + "." + "d".repeat(60)
                                        + "." + "e".repeat(20),
                                "ada@example.com\r\nBcc: eve@example.com",
                                "ada\n@example.com",
                                "ada@example.com\r")
                        .map(email -> text("userProfile.email", email, "invalid_email")),
                Stream.of(
                                "14155550101",
                                "+0123456789",
                                "+1415",
                                "+1234567890123456",
                                "+1 415 555 0101",
                                "+1-415-555-0101",
                                "0049 30 123",
                                "+1415555010a",
                                "",
                                "+\u0661\u0664\u0661\u0665\u0665\u0665\u0665")
                        .map(phone -> text("userProfile.phoneNumber", phone, "invalid_phone")));
    }

    private static Stream<Arguments> preferences() {
        String many = IntStream.rangeClosed(1, 33)
                .mapToObj(i -> "\"p" + i + "\":" + i)
                .collect(Collectors.joining(",", "{", "}"));
        return Stream.of(
                row("userProfile.preferences", many, "too_long"),
                preference("{\"p\":" + Requests.quoted("a".repeat(257)) + "}", "too_long"),
                preference("{\"" + "n".repeat(65) + "\":1}", "too_long"),
                preference("{\"\":1}", "too_long"),
                preference("{\"p\":1e99999}", "too_long"),
                preference("{\"p\":1e-99999}", "too_long"),
                preference("{\"p\":" + "1".repeat(257) + "}", "too_long"),
                preference("{\"p\":1000000000001}", "out_of_range"),
                preference("{\"p\":-1e12}", "out_of_range"),
                preference("{\"p\":{}}", "wrong_type"),
                preference("{\"p\":[1]}", "wrong_type"),
                preference("{\"p\":\"a\\u0000b\"}", "invalid_text"),
                preference("{\"a\\u0000b\":1}", "invalid_text"),
                preference("{\"\ud83c\udf1f\":1}", "invalid_text"));
    }

    private static Arguments preference(String json, String code) {
        return Arguments.of("userProfile.preferences", json, "userProfile.preferences.?", code);
    }

    private static Stream<Arguments> cards() {
        return Stream.of(
                text("userProfile.fullName", CARD, "card_number_refused"),
                text("userProfile.fullName", "Ada 4111 1111 1111 1111", "card_number_refused"),
                text("userProfile.email", CARD + "@example.com", "card_number_refused"),
                text("userProfile.userId", CARD, "card_number_refused"),
                text("userProfile.userId", "u-378282246310005", "card_number_refused"),
                text("payment.paymentMethod", "pm_" + CARD, "card_number_refused"),
                text("payment.description", "card 5555-5555-5555-4444", "card_number_refused"),
                text("payment.description", "4222222222222", "card_number_refused"),
                text("payment.description", "4111 1111 1111 1111 12/27", "card_number_refused"),
                text("payment.description", "2 x 4111 1111 1111 1111", "card_number_refused"),
                text("payment.currency", CARD, "invalid_currency"),
                preference("{\"p\":\"" + CARD + "\"}", "card_number_refused"),
                preference("{\"p\":" + CARD + "}", "card_number_refused"),
                preference("{\"p\":4.111111111111111e15}", "card_number_refused"),
                preference("{\"p\":4000000000000010.0}", "card_number_refused"),
                text("payment.description", "4111\u00a01111\u20131111\u200b1111", "card_number_refused"),
                text("payment.description", "\uff14\uff11" + "\uff11".repeat(14), "card_number_refused"),
                preference("{\"" + CARD + "\":1}", "card_number_refused"));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("wrong")
    void wrongFieldIsNamed(String field, String json, String blamed, String code, Instance service) {
        int before = service.registrations();

        Answer answer = service.post(Requests.with(field, json));

        Problems.assertProblem(answer, 422, code);
        assertThat(Problems.blamed(answer)).containsExactly(blamed + " " + code);
        assertThat(answer.body()).doesNotContain(CARD, "4111 1111", "Bcc", "5555-5555", "378282246310005");
        assertThat(service.registrations()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "userProfile",
                "payment",
                "userProfile.userId",
                "userProfile.email",
                "userProfile.fullName",
                "payment.amount",
                "payment.paymentMethod"
            })
    void missingFieldIsNamed(String field, Instance service) {
        Answer answer = service.post(Requests.without(field));

        Problems.assertProblem(answer, 422, "required");
        assertThat(Problems.blamed(answer)).containsExactly(field + " required");
    }

    @Test
    void yenHaveNoDecimals(Instance service) {
        Answer wrong = service.post(Requests.valid().replace("USD", "JPY"));
        Answer right = service.post(Requests.valid().replace("USD", "JPY").replace("49.90", "4900.00"));

        Problems.assertProblem(wrong, 422, "out_of_range");
        assertThat(right.status()).as(right.body()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "USD, 1000000, 1000000.01",
        "EUR, 1000000.00, 1000001",
        "JPY, 150000000, 150000001",
        "KRW, 1000000, 1000001",
        "KWD, 300000.000, 300000.001"
    })
    void mostThatMayBeChargedDependsOnTheCurrency(String currency, String most, String more, Instance service) {
        String body = Requests.valid().replace("USD", currency);
        int before = service.registrations();

        Answer refused = service.post(body.replace("49.90", more));
        Answer accepted = service.post(body.replace("49.90", most));

        Problems.assertProblem(refused, 422, "out_of_range");
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        assertThat(service.registrations()).isEqualTo(before + 1);
    }

    @Test
    void allThatIsWrongIsNamedAtOnce(Instance service) {
        Answer answer = service.post("{\"userProfile\":{\"userId\":\"?\",\"email\":\"x\",\"fullName\":\" \"},"
                + "\"payment\":{\"amount\":\"1\",\"paymentMethod\":\"x\"}}");

        Problems.assertProblem(answer, 422, "invalid_user_id");
        assertThat(Problems.blamed(answer))
                .containsExactly(
                        "userProfile.userId invalid_user_id",
                        "userProfile.email invalid_email",
                        "userProfile.fullName required",
                        "payment.amount wrong_type",
                        "payment.paymentMethod invalid_token");
    }

    @Test
    void longestValuesAreAccepted(Instance service) {
        String user = "u".repeat(64 - Requests.freshUser().length()) + Requests.freshUser();
        String preferences = IntStream.rangeClosed(1, 32)
                .mapToObj(i -> "\"p" + i + "\":" + (i % 2 == 0 ? "null" : Requests.quoted("\ud83c\udf1f".repeat(256))))
                .collect(Collectors.joining(",", "{", "}"));
        String body = Requests.valid(user.substring(0, 64))
                .replace("Ada Lovelace", "\ud83c\udf1f".repeat(200))
                .replace("ada@", "a".repeat(64) + "@")
                .replace("49.90", "1000000.00")
                .replace("pm_card_ok", "pm_" + "a".repeat(64))
                .replace("{\"locale\":\"en\",\"newsletter\":true}", preferences);

        assertThat(service.post(body).status()).isEqualTo(202);
    }

    @Test
    void optionalFieldsMayBeNullOrAbsent(Instance service) {
        for (String field : new String[] {
            "userProfile.phoneNumber", "userProfile.preferences", "payment.currency", "payment.description"
        }) {
            assertThat(service.post(Requests.without(field)).status()).as(field).isEqualTo(202);
            assertThat(service.post(Requests.with(field, "null")).status())
                    .as(field)
                    .isEqualTo(202);
        }
        assertThat(service.post(Requests.with("payment.description", "\"\"")).status())
                .isEqualTo(202);
    }
}
