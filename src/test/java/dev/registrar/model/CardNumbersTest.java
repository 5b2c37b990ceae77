package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardNumbersTest {

    /** Repeatable. */
    private final Random random = new Random(20_260_131);

    private String digits(int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    /** The digits with a valid Luhn check digit. */
    private static String withCheckDigit(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int value = i % 2 == 0 ? digit * 2 : digit;
            sum += value > 9 ? value - 9 : value;
        }
        return digits + (10 - sum % 10) % 10;
    }

    @Test
    void everyNumberOf13To19DigitsThatPassesIsFound() {
        for (int i = 0; i < 1_000; i++) {
            String card = withCheckDigit(digits(12 + i % 7));
            String spaced = card.replaceAll("(.{4})(?=.)", i % 2 == 0 ? "$1 " : "$1-");

            assertThat(CardNumbers.anyIn(card)).as(card).isTrue();
            assertThat(CardNumbers.anyIn("pay " + spaced + " please"))
                    .as(spaced)
                    .isTrue();
        }
    }

    @Test
    void numberThatDoesNotPassIsNone() {
        for (int i = 0; i < 1_000; i++) {
            // Only digits that start no brand's prefix, so that no part of it is a card number either.
            String card = withCheckDigit(digits(12 + i % 7).replaceAll("[1-6]", "7"));
            int last = card.charAt(card.length() - 1) - '0';
            String other = card.substring(0, card.length() - 1) + (last + 1 + i % 9) % 10;

            assertThat(CardNumbers.anyIn(card)).as(card).isTrue();
            assertThat(CardNumbers.anyIn(other)).as(other).isFalse();
        }
    }

    @Test
    void orderNumbersAreSeldomTakenForCards() {
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            refused += CardNumbers.anyIn("4" + digits(15)) ? 1 : 0;
        }

        assertThat(refused).as("a tenth passes the check").isBetween(800, 1_300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111.1111.1111.1111",
                "4111.1111.1111.1111x",
                "4111/1111/1111/1111",
                "4111_1111_1111_1111",
                "4111 / 1111 / 1111 / 1111",
                "4111*1111*1111*1111",
                "4111\u202811111111\t1111",
                "4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
                "(4111)(1111)(1111)(1111)",
                "3782.822463.10005",
                "4\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e3 1111 1111 1111",
                "\u2463\u2460\u2460\u2460 1111 1111 1111",
                "\ud835\udff0111 1111 1111 1111",
                "41111111111111111111",
                "41111111111111111227",
                "4111111111111111122712",
                "00004111111111111111",
                "4111 1111 1111 1111 12/27 123",
                "4111 1111 1111 11111227",
                "4111.1111.1111.1111.12.27",
                "12.27.4111.1111.1111.1111",
                "99941111111111111111999",
                "305693090259041227",
                "4111111111111111110",
                "+4111111111111111",
                "+378282246310005",
                "192.168.100.200 4111.1111.1111.1111"
            })
    void cardIsFoundWhateverIsBetweenOrAroundItsDigits(String text) {
        assertThat(CardNumbers.anyIn(text)).isTrue();
        assertThat(CardNumbers.anyIn("pay \u00ab" + text + "\u00bb please")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "411111111111",
                "4111x1111x1111x1111",
                "4111 ...... 1111 1111 1111",
                "2026-01-31 12:00",
                "2026-01-31T12:00:00.123456Z",
                "51.15.100.200:44321",
                "192.168.100.200:8085, 192.168.100.201:8085",
                "2606:4700:4700::1119",
                "2001:4860:4860:0:0:0:0:8885",
                "2001:4860:4860::8885",
                "1000.0000.0000.0008",
                "1000/0000/0000/0008",
                "2026/1127/0000/128",
                "20000000000000000000000000",
                "order 12345678901234567890",
                "+4915112345678",
                "+49 (151) 123-45678",
                "+86.138.1234.56787 or +628123456789 01",
                "call +4915112345678, +4915112345678"
            })
    void addressesOrderNumbersAndPhoneNumbersAreNone(String text) {
        assertThat(CardNumbers.anyIn(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111111",
                "4111-1111-1111-1111",
                "4111.1111_1111-1111",
                "u-378282246310005",
                "4222222222222",
                "4111111111111111110",
                "30569309025904",
                "6221260000000000",
                "62055000000000004",
                "3530111333300000",
                "2200000000000004",
                "2223003122003222",
                "6759649826438453",
                "5060990000000008",
                "5018000000007",
                "9792000000000003",
                "8600000000000007",
                "6011111111111117",
                "4111-1111-1111-1111_12.27"
            })
    void idIsACardWithoutItsSeparatorsAndOfEveryBrand(String id) {
        assertThat(CardNumbers.brandedIn(id)).isTrue();
        assertThat(CardNumbers.brandedIn("user_" + id + ".a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000000000000008",
                "1769860800000",
                "4111111111111112",
                "411111111111",
                "41111111111111111111",
                "4111-a111-1111-1111",
                "550e8400-e29b-41d4-a716-446655440000",
                "2026-01-31.120000.123"
            })
    void longNumberOfNoBrandIsAnId(String id) {
        assertThat(CardNumbers.brandedIn(id)).isFalse();
    }

    @Test
    void noIdOfAnotherPrefixIsRefused() {
        for (int i = 0; i < 1_000; i++) {
            String id = withCheckDigit("7" + digits(11 + i % 7));

            assertThat(CardNumbers.brandedIn(id)).as(id).isFalse();
        }
    }

    @Test
    void randomIdIsNeverACard() {
        for (int i = 0; i < 200_000; i++) {
            String uuid = new UUID((random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() >>> 2) | (1L << 63))
                    .toString();
            String hash = "%016x%016x%08x".formatted(random.nextLong(), random.nextLong(), random.nextInt());

            for (String id :
                    List.of(uuid, "order-" + uuid, uuid.toUpperCase(Locale.ROOT), uuid.replace("-", ""), hash)) {
                assertThat(CardNumbers.brandedIn(id) || CardNumbers.anyIn(id))
                        .as(id)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "41111111111111114111111111111111",
                "a4111111111111111",
                "deadbeef-4111111111111111",
                "550e8400-e29b-41d4-a716-446655440000 4111 1111 1111 1111"
            })
    void cardInOrBesideAnIdIsFound(String text) {
        assertThat(CardNumbers.anyIn(text)).isTrue();
    }

    @Test
    void longTextIsReadInTime() {
        assertThat(CardNumbers.anyIn("1 ".repeat(32_000))).isFalse();
        assertThat(CardNumbers.anyIn("7.".repeat(32_000))).isFalse();
        assertThat(CardNumbers.anyIn("7".repeat(64_000))).isFalse();
        assertThat(CardNumbers.anyIn("+1".repeat(32_000))).isFalse();
        assertThat(CardNumbers.anyIn("a:".repeat(32_000))).isFalse();
    }
}
