package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.api.RunningService.Answer;
import dev.registrar.api.RunningService.Instance;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a card number in a request, and what only looks like one. */
@ExtendWith(RunningService.class)
class CardNumberInputTest {

    static Stream<Arguments> cards() {
        Stream<Arguments> texts = Stream.of(
                        "4111.1111.1111.1111",
                        "4111/1111/1111/1111",
                        "4111_1111_1111_1111",
                        "4111, 1111, 1111, 1111",
                        "4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
                        "41111111111111111227",
                        "4111.1111.1111.1111 12/27 123",
                        "00004111111111111111",
                        "\u2463\u2460\u2460\u2460 1111 1111 1111",
                        "+378282246310005")
                .flatMap(card -> Stream.of(
                        Arguments.of("payment.description", "payment.description", "pay " + card),
                        Arguments.of("userProfile.fullName", "userProfile.fullName", "Ada " + card)));
        Stream<Arguments> ids = Stream.of(
                        "4111-1111-1111-1111",
                        "4111.1111_1111-1111",
                        "u-3782-822463-10005",
                        "4222222222222",
                        "4111111111111111110",
                        "30569309025904",
                        "3530111333300000",
                        "6221260000000000",
                        "2223003122003222",
                        "6759649826438453")
                .map(card -> Arguments.of("userProfile.userId", "userProfile.userId", card));
        return Stream.concat(texts, ids);
    }

    @ParameterizedTest(name = "{0} = {2}")
    @MethodSource("cards")
    void cardNumberIsRefusedAndNotRepeated(String field, String blamed, String text, Instance service) {
        int before = service.registrations();

        Answer answer = service.post(Requests.with(field, Requests.quoted(text)));

        Problems.assertProblem(answer, 422, "card_number_refused");
        assertThat(Problems.blamed(answer)).containsExactly(blamed + " card_number_refused");
        assertThat(answer.body()).doesNotContain(text, "1111", "822463", "3090259");
        assertThat(service.registrations()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from 51.15.100.200:44321",
                "2606:4700:4700::1119",
                "order 1000/0000/0000/0008",
                "order 12345678901234567890",
                "order 4111111111111112",
                "call +4915112345678",
                "call +49 (151) 123-45678",
                "at 2026-01-31T12:00:00.123456Z"
            })
    void addressesOrderNumbersAndPhoneNumbersAreAccepted(String text, Instance service) {
        for (String field : List.of("payment.description", "userProfile.fullName")) {
            Answer answer = service.post(Requests.with(field, Requests.quoted(text)));

            assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000000000000008",
                "4111111111111112",
                "41111111111111111111",
                "1769860800000",
                "4111-a111-1111-1111",
                "550e8400-e29b-41d4-a716-446655440000"
            })
    void longNumbersOfNoBrandAreUserIds(String userId, Instance service) {
        Answer answer = service.post(Requests.valid(userId));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.text("userId")).isEqualTo(userId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111-1111-1111-1111", "4111.1111/1111:1111", "order-4222222222222", "30569309025904"})
    void cardNumberIsNoIdempotencyKey(String key, Instance service) {
        int before = service.registrations();

        Answer answer = service.post(Requests.valid(), "Idempotency-Key", key);

        Problems.assertProblem(answer, 422, "card_number_refused");
        assertThat(answer.body()).doesNotContain(key);
        assertThat(service.registrations()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000-0000-0000-0008", "2026-01-31T12:00:00.123456", "order-4111111111111112"})
    void otherLongNumberIsAnIdempotencyKey(String key, Instance service) {
        assertThat(service.post(Requests.valid(), "Idempotency-Key", key).status())
                .isEqualTo(202);
    }
}
