package dev.registrar.payment;

import java.time.Duration;

/**
 * What the gateway promises; the saga chooses by it how it charges and how it finds out what became of a charge.
 *
 * @param dedupesFor for how long the same key has one effect; zero: the gateway does not deduplicate
 * @param finds whether a payment is found by its key or reference
 * @param lag how late a lookup may be; two lookups that prove an absence are at least this far apart
 * @param voids whether a void prevents every later charge under its key, so that an absence is proved at once
 */
public record PaymentGuarantees(Duration dedupesFor, boolean finds, Duration lag, boolean voids) {

    public PaymentGuarantees {
        if (dedupesFor.isNegative() || lag.isNegative()) {
            throw new IllegalArgumentException("a guarantee with a negative duration");
        }
    }

    public boolean dedupes() {
        return !dedupesFor.isZero();
    }

    /** Whether an unknown outcome can be settled at all: without either a charge must not be attempted. */
    public boolean usable() {
        return dedupes() || finds;
    }
}
