package dev.registrar.access;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
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

    /**
     * A token bucket: so many calls in the long run, and so many at once.
     *
     * @param permits calls in each {@code per}; required
     * @param per default 1 s; 1 ms to 1 day
     * @param burst calls at once after a time of rest; default as {@code permits}
     */
    public record RateConfiguration(
            @NotNull @Min(1) @Max(1_000_000) Long permits,

            @NotNull @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 1, unit = TimeUnit.DAYS)
            Duration per,

            @NotNull @Min(1) @Max(1_000_000) Long burst) {

        @SuppressWarnings("ConstantValue") // what the file leaves out is null
        public RateConfiguration {
            per = per == null ? Duration.seconds(1) : per;
            burst = burst == null ? permits : burst;
        }
    }
}
