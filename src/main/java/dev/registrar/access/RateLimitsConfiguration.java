package dev.registrar.access;

import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

/**
 * The section {@code limits.rate}, of the application port and of one instance; what is left out has no limit. A call above
 * one is answered 429 with {@code Retry-After}.
 *
 * @param registrationsPerCaller registrations of one caller
 * @param registrations registrations of all callers together
 * @param requestsPerCaller requests of one caller, registrations included
 * @param requests requests of all callers together
 */
public record RateLimitsConfiguration(
        @Nullable @Valid RateConfiguration registrationsPerCaller,
        @Nullable @Valid RateConfiguration registrations,
        @Nullable @Valid RateConfiguration requestsPerCaller,
        @Nullable @Valid RateConfiguration requests) {

    public static RateLimitsConfiguration none() {
        return new RateLimitsConfiguration(null, null, null, null);
    }
}
