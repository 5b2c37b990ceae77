package dev.registrar.outbound;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a provider behind the documented wire protocol promises; only options that have a meaning for the service may be
 * given.
 *
 * @param dedupesFor for how long the same idempotency key has one effect; default 24 h, {@code 0 s}: not at all
 * @param finds whether what was done is found by key, reference or user; default true (profile and payment)
 * @param lag how late a lookup may show an effect; default 0 s (payment)
 * @param voids whether a void prevents every later charge under its key; default true (payment)
 */
public record GuaranteesConfiguration(
        @Nullable @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
        Duration dedupesFor,

        @Nullable Boolean finds,

        @Nullable @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
        Duration lag,

        @Nullable Boolean voids) {

    static final GuaranteesConfiguration DEFAULT = new GuaranteesConfiguration(null, null, null, null);

    public java.time.Duration dedupesForOrDefault() {
        return dedupesFor == null ? java.time.Duration.ofHours(24) : dedupesFor.toJavaDuration();
    }

    public boolean findsOrDefault() {
        return finds == null || finds;
    }

    public java.time.Duration lagOrDefault() {
        return lag == null ? java.time.Duration.ZERO : lag.toJavaDuration();
    }

    public boolean voidsOrDefault() {
        return voids == null || voids;
    }
}
