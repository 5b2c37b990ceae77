package dev.registrar.payment.stripe;

import dev.registrar.model.Money;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Amounts as Stripe writes them: whole numbers of Stripe's own minor unit, not that of ISO 4217. The table is that of
 * Stripe's page "Supported currencies" (zero-decimal, three-decimal and special cases). Nothing is ever rounded.
 */
final class StripeAmounts {

    /** Written in whole units. */
    private static final Set<String> ZERO_DECIMAL = Set.of(
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF");

    /** Written in thousandths, of which only whole tens are accepted. All others are in hundredths, ISK and UGX too. */
    private static final Set<String> THREE_DECIMAL = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

    private StripeAmounts() {}

    /**
     * The amount in Stripe's minor unit.
     *
     * @throws RejectedException Stripe has no such amount of this currency
     */
    static long minorUnits(Money money) {
        BigDecimal minor = money.amount().movePointRight(decimals(money.currency()));
        boolean whole = minor.signum() == 0 || minor.stripTrailingZeros().scale() <= 0;
        boolean tens = !THREE_DECIMAL.contains(money.currency())
                || minor.remainder(BigDecimal.TEN).signum() == 0;
        if (!whole || !tens || minor.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw RejectedException.notSent(
                    Step.PAYMENT,
                    "amount_not_representable",
                    "payment: not sent, Stripe has no such amount of " + money.currency());
        }
        return minor.longValueExact();
    }

    /** Stripe's code of a currency. */
    static String currency(Money money) {
        return money.currency().toLowerCase(Locale.ROOT);
    }

    /** The amount that Stripe wrote. */
    static Money money(@Nullable BigDecimal minor, @Nullable String currency) throws UnreadableReplyException {
        if (minor == null || currency == null) {
            throw new UnreadableReplyException("no amount");
        }
        String code = currency.toUpperCase(Locale.ROOT);
        try {
            return new Money(new BigDecimal(minor.toBigIntegerExact()).movePointLeft(decimals(code)), code);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new UnreadableReplyException("not an amount of its currency");
        }
    }

    private static int decimals(String currency) {
        if (ZERO_DECIMAL.contains(currency)) {
            return 0;
        }
        return THREE_DECIMAL.contains(currency) ? 3 : 2;
    }
}
