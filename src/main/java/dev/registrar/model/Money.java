package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;

/**
 * An exact amount of one currency, with as many decimals as {@link Currencies the currency} has. Trailing zeros do not
 * matter (49.9 USD equals 49.90 USD); an amount that would have to be rounded is refused. In JSON the amount is a string,
 * so that no reader turns it into a binary fraction.
 *
 * @param amount at the currency's scale; may be zero (what is left to refund), never negative
 * @param currency ISO 4217 code, upper case
 */
public record Money(BigDecimal amount, String currency) {

    /** Far above any price, far below what makes arithmetic on a hostile exponent slow. */
    private static final int MAX_DIGITS = 18;

    public Money {
        int scale = Currencies.minorUnit(currency).orElseThrow(() -> new IllegalArgumentException("unknown currency"));
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("a negative amount");
        }
        if (!fits(amount, scale)) {
            throw new IllegalArgumentException("more decimals or digits than " + currency + " has");
        }
        amount = amount.setScale(scale);
    }

    /** Reads an amount in plain or scientific notation. */
    @JsonCreator
    public static Money of(@JsonProperty("amount") String amount, @JsonProperty("currency") String currency) {
        return new Money(new BigDecimal(amount), currency);
    }

    /** Whether the amount can be written with this many decimals without rounding, and within 18 digits. */
    public static boolean fits(BigDecimal amount, int scale) {
        if (amount.signum() == 0) {
            return true;
        }
        if (amount.precision() - (long) amount.scale() > MAX_DIGITS || amount.scale() > 1_000) {
            return false;
        }
        return amount.stripTrailingZeros().scale() <= scale;
    }

    @Override
    @JsonFormat(shape = JsonFormat.Shape.STRING)
    public BigDecimal amount() {
        return amount;
    }

    /** This minus the other, both of one currency; {@link IllegalArgumentException} if the result is negative. */
    public Money minus(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("two currencies");
        }
        return new Money(amount.subtract(other.amount), currency);
    }

    @JsonIgnore
    public boolean isZero() {
        return amount.signum() == 0;
    }

    @Override
    public String toString() {
        return amount.toPlainString() + " " + currency;
    }
}
