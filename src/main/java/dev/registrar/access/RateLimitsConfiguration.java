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
 * The section {@code limits.rate}, for the application port, per instance; an absent option means no limit. A call above
 * a limit gets 429 with {@code Retry-After}.
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
     * A token bucket: a sustained rate and a burst.
     *
     * @param permits calls in each {@code per}; required
     * @param per default 1 s; 1 ms to 1 day
     * @param burst calls at once after idle time; default as {@code permits}
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
