package dev.registrar.access;

import dev.registrar.access.RateLimitsConfiguration.RateConfiguration;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
            throw AccessRefusedException.rateLimited(detail, Duration.ofNanos(probe.getNanosToWaitForRefill()));
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
}
