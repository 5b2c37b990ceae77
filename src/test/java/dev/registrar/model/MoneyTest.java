package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    @CsvSource({
        "49.9, USD, 49.90",
        "49.90, USD, 49.90",
        "49.9000, USD, 49.90",
        "5E1, USD, 50.00",
        "500, JPY, 500",
        "500.00, JPY, 500",
        "1.234, KWD, 1.234",
        "0, USD, 0.00",
        "0.000, JPY, 0"
    })
    void amountIsBroughtToTheScaleOfItsCurrency(String given, String currency, String held) {
        assertThat(Money.of(given, currency).amount().toPlainString()).isEqualTo(held);
    }

    @Test
    void trailingZerosMakeNoDifference() {
        assertThat(Money.of("49.9", "USD"))
                .isEqualTo(Money.of("49.900", "USD"))
                .hasSameHashCodeAs(Money.of("49.90", "USD"));
        assertThat(Money.of("49.90", "USD")).isNotEqualTo(Money.of("49.90", "EUR"));
    }

    @ParameterizedTest
    @CsvSource({"49.901, USD", "0.5, JPY", "1.2345, KWD", "1e-400000, USD"})
    void amountThatWouldHaveToBeRoundedIsRefused(String amount, String currency) {
        assertThatIllegalArgumentException().isThrownBy(() -> Money.of(amount, currency));
    }

    @ParameterizedTest
    @CsvSource({"1e9999, USD", "1e2147483647, USD", "1000000000000000000, JPY", "1e-2147483647, USD"})
    void hostileExponentIsRefusedAtOnce(String amount, String currency) {
        Assertions.assertTimeout(
                Duration.ofSeconds(1),
                () -> assertThatIllegalArgumentException().isThrownBy(() -> Money.of(amount, currency)));
    }

    @Test
    void zeroMayHaveAnyScale() {
        assertThat(Money.of("0e9999", "USD")).isEqualTo(Money.of("0", "USD"));
        assertThat(Money.of("0.00", "JPY").isZero()).isTrue();
    }

    @Test
    void largestAmountHasEighteenDigitsBeforeThePoint() {
        assertThat(Money.of("999999999999999999.99", "USD").amount())
                .isEqualTo(new BigDecimal("999999999999999999.99"));
    }

    @ParameterizedTest
    @CsvSource({"-0.01, USD", "1, XXX", "1, usd", "1, ZZZ", "abc, USD", "'', USD"})
    void whatIsNoAmountOrNoCurrencyIsRefused(String amount, String currency) {
        assertThatIllegalArgumentException().isThrownBy(() -> Money.of(amount, currency));
    }

    @Test
    void differenceStaysInOneCurrencyAndIsNeverNegative() {
        Money paid = Money.of("49.90", "USD");

        assertThat(paid.minus(Money.of("9.9", "USD"))).isEqualTo(Money.of("40", "USD"));
        assertThat(paid.minus(paid)).isEqualTo(paid.minus(paid));
        assertThatIllegalArgumentException().isThrownBy(() -> paid.minus(Money.of("49.91", "USD")));
        assertThatIllegalArgumentException().isThrownBy(() -> paid.minus(Money.of("1", "EUR")));
    }

    @Test
    void amountIsAStringInJson() throws JsonProcessingException {
        String json = mapper.writeValueAsString(Money.of("49.9", "USD"));

        assertThat(json).isEqualTo("{\"amount\":\"49.90\",\"currency\":\"USD\"}");
        assertThat(mapper.readValue(json, Money.class)).isEqualTo(Money.of("49.90", "USD"));
    }

    @Test
    void jsonWithAWrongAmountIsRefused() {
        assertThatThrownBy(() -> mapper.readValue("{\"amount\":\"0.5\",\"currency\":\"JPY\"}", Money.class))
                .isInstanceOf(JsonProcessingException.class);
    }
}
