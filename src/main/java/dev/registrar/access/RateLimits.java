package dev.registrar.access;

import dev.registrar.access.RateLimits.RateLimitsConfiguration.RateConfiguration;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets of the application port. A caller's own limit is checked first, so that a caller above it does not consume the
 * shared limit. There is one set of buckets per caller with a key. Thread-safe.
 */
public final class RateLimits {

    private final RateLimitsConfiguration configuration;
    private final TimeMeter time;
    private final @Nullable Bucket allRequests;
    private final @Nullable Bucket allRegistrations;
    private final Map<String, Bucket> requests = new ConcurrentHashMap<>();
    private final Map<String, Bucket> registrations = new ConcurrentHashMap<>();

    public RateLimits(RateLimitsConfiguration configuration, Clock clock) {
        this.configuration = configuration;
        this.time = new ClockMeter(clock);
        this.allRequests = bucket(configuration.requests());
        this.allRegistrations = bucket(configuration.registrations());
    }

    /** @throws AccessRefusedException 429 */
    void request(Caller caller) {
        take(of(caller, requests, configuration.requestsPerCaller()), allRequests, "requests");
    }

    /** @throws AccessRefusedException 429 */
    void registration(Caller caller) {
        take(of(caller, registrations, configuration.registrationsPerCaller()), allRegistrations, "registrations");
    }

    private static void take(@Nullable Bucket own, @Nullable Bucket all, String what) {
        take(own, "Too many " + what + " by this caller.");
        take(all, "Too many " + what + " by all callers together.");
    }

    private static void take(@Nullable Bucket bucket, String detail) {
        if (bucket == null) {
            return;
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw AccessRefusedException.rateLimited(
                    detail, java.time.Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
    }

    private @Nullable Bucket of(Caller caller, Map<String, Bucket> buckets, @Nullable RateConfiguration rate) {
        return rate == null ? null : buckets.computeIfAbsent(caller.name(), name -> limited(rate));
    }

    private @Nullable Bucket bucket(@Nullable RateConfiguration rate) {
        return rate == null ? null : limited(rate);
    }

    private Bucket limited(RateConfiguration rate) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst())
                        .refillGreedy(rate.permits(), rate.per().toJavaDuration()))
                .withCustomTimePrecision(time)
                .build();
    }

    private record ClockMeter(Clock clock) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            Instant now = clock.instant();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

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

                @NotNull
                @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
                @MaxDuration(value = 1, unit = TimeUnit.DAYS)
                Duration per,

                @NotNull @Min(1) @Max(1_000_000) Long burst) {

            @SuppressWarnings("ConstantValue") // omitted options are null
            public RateConfiguration {
                per = per == null ? Duration.seconds(1) : per;
                burst = burst == null ? permits : burst;
            }
        }
    }
}
