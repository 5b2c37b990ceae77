package dev.registrar.outbound;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of the circuit breakers of one service. Each group of operations has a breaker of its own with these
 * settings. A 4xx is a success for it, except those that count as failures: 401, 403, 404 (unless it is an
 * answer to the request), 405, 407, 408, 425 and 429. A call ended by the limit of a local attempt is neither.
 *
 * @param window how many of the last calls count; default 20
 * @param minimumCalls how many there must be before the breaker may open; default 10, at most {@code window}
 * @param failureRate percentage of failures at which it opens; default 50
 * @param slowRate percentage of slow calls at which it opens; default 90
 * @param slowAt when a call is slow, in percent of the service's deadline; default 80
 * @param openFor how long it lets nothing through; default 30 s
 * @param probes how many calls it lets through afterwards before it decides; default 3
 * @param probesFor how long it waits for them before it opens again; default 60 s
 */
public record BreakerFactory(
        @Min(1) @Max(10_000) Integer window,
        @Min(1) @Max(10_000) Integer minimumCalls,
        @Min(1) @Max(100) Integer failureRate,
        @Min(1) @Max(100) Integer slowRate,
        @Min(1) @Max(100) Integer slowAt,

        @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 10, unit = TimeUnit.MINUTES)
        Duration openFor,

        @Min(1) @Max(100) Integer probes,

        @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) @MaxDuration(value = 10, unit = TimeUnit.MINUTES)
        Duration probesFor) {

    public BreakerFactory(
            @Nullable Integer window,
            @Nullable Integer minimumCalls,
            @Nullable Integer failureRate,
            @Nullable Integer slowRate,
            @Nullable Integer slowAt,
            @Nullable Duration openFor,
            @Nullable Integer probes,
            @Nullable Duration probesFor) {
        this.window = window == null ? 20 : window;
        this.minimumCalls = minimumCalls == null ? Math.min(10, this.window) : minimumCalls;
        this.failureRate = failureRate == null ? 50 : failureRate;
        this.slowRate = slowRate == null ? 90 : slowRate;
        this.slowAt = slowAt == null ? 80 : slowAt;
        this.openFor = openFor == null ? Duration.seconds(30) : openFor;
        this.probes = probes == null ? 3 : probes;
        this.probesFor = probesFor == null ? Duration.seconds(60) : probesFor;
        if (this.minimumCalls > this.window) {
            throw new IllegalArgumentException("breaker: minimumCalls is larger than window, it would never open");
        }
    }

    /** All defaults. */
    public static BreakerFactory defaults() {
        return new BreakerFactory(null, null, null, null, null, null, null, null);
    }

    CircuitBreakerConfig build(java.time.Duration deadline, Clock clock) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(window)
                .minimumNumberOfCalls(minimumCalls)
                .failureRateThreshold(failureRate)
                .slowCallRateThreshold(slowRate)
                .slowCallDurationThreshold(deadline.multipliedBy(slowAt).dividedBy(100))
                .waitDurationInOpenState(openFor.toJavaDuration())
                .permittedNumberOfCallsInHalfOpenState(probes)
                .maxWaitDurationInHalfOpenState(probesFor.toJavaDuration())
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .clock(clock)
                .build();
    }
}
