package dev.registrar.notification.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.notification.template.SmsLength.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmsLengthTest {

    @ParameterizedTest
    @CsvSource({
        "a, 0, GSM_7, 0, 1",
        "a, 160, GSM_7, 160, 1",
        "a, 161, GSM_7, 161, 2",
        "a, 306, GSM_7, 306, 2",
        "a, 307, GSM_7, 307, 3",
        "ä, 160, GSM_7, 160, 1",
        "€, 80, GSM_7, 160, 1",
        "€, 81, GSM_7, 162, 2",
        // 76 two-septet characters fill 152 of 153 septets: the 77th is not split.
        "€, 152, GSM_7, 304, 2",
        "€, 153, GSM_7, 306, 3",
        "ž, 70, UCS_2, 70, 1",
        "ž, 71, UCS_2, 71, 2",
        "ž, 134, UCS_2, 134, 2",
        "ž, 135, UCS_2, 135, 3",
        "😀, 35, UCS_2, 70, 1",
        "😀, 36, UCS_2, 72, 2",
        // 33 surrogate pairs fill 66 of 67.
        "😀, 66, UCS_2, 132, 2",
        "😀, 67, UCS_2, 134, 3",
    })
    void textHasItsLength(String letter, int times, Encoding encoding, int units, int segments) {
        assertThat(SmsLength.of(letter.repeat(times))).isEqualTo(new SmsLength(encoding, units, segments));
    }

    @Test
    void oneLetterOutsideOfGsm7MakesTheWholeTextUcs2() {
        assertThat(SmsLength.of("a".repeat(69) + "ç").encoding()).isEqualTo(Encoding.UCS_2);
        assertThat(SmsLength.of("@£$¥èéùìòÇ\nØø\rÅåΔ_ÄÖÑÜ§¿äöñüà[]{}~^|\\€").encoding())
                .isEqualTo(Encoding.GSM_7);
        assertThat(SmsLength.of("`").encoding()).isEqualTo(Encoding.UCS_2);
    }
}
