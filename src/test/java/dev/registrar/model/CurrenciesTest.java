package dev.registrar.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CurrenciesTest {

    @ParameterizedTest
    @CsvSource({"USD, 2", "EUR, 2", "JPY, 0", "KWD, 3", "CLF, 4", "HUF, 2", "ISK, 0"})
    void minorUnitIsTheOneOfTheCommittedTable(String code, int decimals) {
        assertThat(Currencies.minorUnit(code)).hasValue(decimals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"XAU", "XDR", "XTS", "XXX", "ZZZ", "usd", ""})
    void codeWithoutAMinorUnitIsNotKnown(String code) {
        assertThat(Currencies.minorUnit(code)).isEmpty();
    }

    @Test
    void defaultCurrencyIsThere() {
        assertThat(Money.of("1", "USD").currency()).isEqualTo("USD");
    }
}
