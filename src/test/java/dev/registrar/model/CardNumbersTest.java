package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
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

    /** The digits and a check digit that make them pass. */
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
            String card = withCheckDigit(digits(12 + i % 7));
            int last = card.charAt(card.length() - 1) - '0';
            String other = card.substring(0, card.length() - 1) + (last + 1 + i % 9) % 10;

            assertThat(CardNumbers.anyIn(other)).as(other).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "411111111111", "41111111111111111111", "4111.1111.1111.1111x", "2026-01-31 12:00"})
    void tooShortTooLongOrBrokenUpIsNone(String text) {
        assertThat(CardNumbers.anyIn(text)).isFalse();
    }

    @Test
    void inIdsOnlyBrandedNumbersOf15And16DigitsCount() {
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            String id = withCheckDigit(digits(12));
            assertThat(CardNumbers.brandedIn(id)).as(id).isFalse();
            refused += CardNumbers.brandedIn(withCheckDigit("4" + digits(14))) ? 1 : 0;
            refused += CardNumbers.brandedIn(withCheckDigit("37" + digits(12))) ? 1 : 0;
        }

        assertThat(refused).isEqualTo(2_000);
        assertThat(CardNumbers.brandedIn("1000000000000008")).isFalse();
        assertThat(CardNumbers.brandedIn("4111-1111-1111-1111")).isFalse();
    }
}
