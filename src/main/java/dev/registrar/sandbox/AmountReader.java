package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.model.Money;
import java.math.BigDecimal;

/** Reads {@code amount} and {@code currency} of a request: a number or a string, exact, more than nothing. */
final class AmountReader {

    private static final int MAX_LENGTH = 64;

    private AmountReader() {}

    static Money read(JsonNode body, String currency) {
        JsonNode value = body.path("amount");
        try {
            Money money = new Money(decimal(value), currency);
            if (money.isZero()) {
                throw RefusalException.invalid("amount must be more than 0");
            }
            return money;
        } catch (IllegalArgumentException e) {
            throw RefusalException.invalid("amount must be a decimal that fits its ISO 4217 currency");
        }
    }

    private static BigDecimal decimal(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        if (value.isTextual() && value.textValue().length() <= MAX_LENGTH) {
            return new BigDecimal(value.textValue());
        }
        throw new NumberFormatException("no decimal");
    }
}
