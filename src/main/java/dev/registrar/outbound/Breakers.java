package dev.registrar.outbound;

import dev.registrar.model.CallException;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All circuit breakers of this instance, by name, with their metrics. Thread-safe. */
public final class Breakers {

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    private final ConcurrentMap<String, Breaker> breakers = new ConcurrentHashMap<>();
    private final Clock clock;

    public Breakers(MeterRegistry meters, Clock clock) {
        this.clock = clock;
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(registry).bindTo(meters);
    }

    /** The state of each, by name. */
    public List<BreakerStatus> list() {
        return breakers.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue().status())
                .toList();
    }

    /** Forces these breakers and releases all others. To be repeated when a hold has ended. */
    public void force(Map<String, ForcedState> wanted) {
        breakers.forEach((name, breaker) -> breaker.force(wanted.get(name)));
    }

    /** The breaker of this name; created with these settings if there is none yet. */
    Breaker breaker(String name, BreakerFactory config, Duration deadline) {
        return breakers.computeIfAbsent(
                name,
                key -> new Breaker(
                        registry.circuitBreaker(key, config.build(deadline, clock)),
                        config.openFor().toJavaDuration(),
                        clock));
    }

    /**
     * One circuit breaker, with what resilience4j lacks: how long it stays open, and when calls refused by a half-open
     * breaker may be retried. Thread-safe.
     */
    static final class Breaker {

        /** Whether a call is permitted, and in which role. */
        enum Permit {
            REFUSED,
            ORDINARY,
            /** One of the few calls of a half-open breaker. */
            PROBE
        }

        /** What a call shows about the provider's health. */
        enum Verdict {
            HEALTHY,
            FAILING,
            NOTHING
        }

        private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
        private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

        /** Time between the retries of two callers refused by a half-open breaker: at most five a second. */
        private static final Duration STAGGER = Duration.ofMillis(200);

        /** Longest wait assigned by a half-open breaker. */
        private static final Duration LONGEST_STAGGERED = Duration.ofSeconds(60);

        private final CircuitBreaker breaker;
        private final Clock clock;
        private volatile @Nullable Instant openUntil;
        private volatile @Nullable ForcedState forced;
        private @Nullable Instant lastReset;
        private Instant lastStaggered = Instant.MIN;

        Breaker(CircuitBreaker breaker, Duration openFor, Clock clock) {
            this.breaker = breaker;
            this.clock = clock;
            breaker.getEventPublisher().onStateTransition(event -> {
                State to = event.getStateTransition().getToState();
                openUntil = to == State.OPEN ? clock.instant().plus(openFor) : null;
                LOG.warn("Breaker {} is {}", breaker.getName(), to);
            });
        }

        Permit acquire() {
            if (!breaker.tryAcquirePermission()) {
                return Permit.REFUSED;
            }
            return breaker.getState() == State.HALF_OPEN ? Permit.PROBE : Permit.ORDINARY;
        }

        /** Records the end of a permitted call. */
        void ended(Permit permit, Verdict verdict, long nanos, @Nullable CallException failure) {
            if (permit == Permit.ORDINARY && breaker.getState() == State.HALF_OPEN) {
                // It began before the breaker opened: not a probe, so there is no probe permit to return.
                return;
            }
            if (verdict == Verdict.HEALTHY || failure == null) {
                breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            } else if (verdict == Verdict.FAILING) {
                breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
            } else if (permit == Permit.PROBE) {
                breaker.releasePermission();
            }
        }

        /**
         * How long a refused call has to wait, at least 1 s: until an operator's hold ends, or until the breaker lets a probe through.
         * While it is half-open with all probes in use, each caller is assigned a different time.
         */
        synchronized Duration retryAfter() {
            Instant now = clock.instant();
            ForcedState held = forced;
            Instant until = held != null && held.mode() == ForcedState.Mode.OPEN ? held.until() : openUntil;
            if (until == null) {
                until = staggered(now);
            }
            Duration wait = Duration.between(now, until);
            return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
        }

        private Instant staggered(Instant now) {
            Instant first = now.plus(SHORTEST_WAIT);
            Instant last = now.plus(LONGEST_STAGGERED);
            Instant next = lastStaggered.isBefore(now) ? first : lastStaggered.plus(STAGGER);
            next = next.isBefore(first) ? first : next;
            lastStaggered = next.isAfter(last) ? last : next;
            return lastStaggered;
        }

        /** Whether an operator forced it open. */
        boolean isHeldOpen() {
            ForcedState held = forced;
            return held != null && held.mode() == ForcedState.Mode.OPEN;
        }

        /**
         * Applies an operator's override; null releases a forced breaker, closed and with its counts cleared. Repeating
         * an override has no effect.
         */
        synchronized void force(@Nullable ForcedState wanted) {
            if (wanted == null) {
                if (forced != null) {
                    letGo();
                }
                return;
            }
            switch (wanted.mode()) {
                case RESET -> {
                    if (!wanted.setAt().equals(lastReset)) {
                        lastReset = wanted.setAt();
                        letGo();
                    }
                }
                case OPEN -> {
                    forced = wanted;
                    if (breaker.getState() != State.FORCED_OPEN) {
                        breaker.transitionToForcedOpenState();
                    }
                }
                case CLOSED -> {
                    forced = wanted;
                    if (breaker.getState() != State.DISABLED) {
                        breaker.transitionToDisabledState();
                    }
                }
            }
        }

        private void letGo() {
            forced = null;
            breaker.reset();
            openUntil = null;
        }

        BreakerStatus status() {
            ForcedState held = forced;
            CircuitBreaker.Metrics metrics = breaker.getMetrics();
            return new BreakerStatus(
                    breaker.getName(),
                    breaker.getState().name(),
                    openUntil,
                    held == null ? null : held.until(),
                    metrics.getNumberOfBufferedCalls(),
                    metrics.getNumberOfFailedCalls(),
                    metrics.getNumberOfSlowCalls());
        }
    }

    /**
     * The state of a breaker.
     *
     * @param name service and group of operations, for example {@code payment-charge}
     * @param state resilience4j's name: {@code CLOSED}, {@code OPEN}, {@code HALF_OPEN}, {@code FORCED_OPEN}, …
     * @param openUntil when it will let a probe through; only while open
     * @param forcedUntil when an operator's hold ends; only while {@code FORCED_OPEN} or {@code DISABLED} (forced closed)
     * @param calls number of calls counted in the window
     * @param failed how many of them failed
     * @param slow how many of them were slow
     */
    public record BreakerStatus(
            String name,
            String state,
            @Nullable Instant openUntil,
            @Nullable Instant forcedUntil,
            int calls,
            int failed,
            int slow) {

        /** Whether all calls are blocked now. */
        public boolean isOpen() {
            return state.equals("OPEN") || state.equals("FORCED_OPEN");
        }
    }

    /**
     * An operator's override of a breaker.
     *
     * @param until when the breaker becomes automatic again
     * @param setAt when it was requested; distinguishes one reset from the next
     */
    public record ForcedState(Mode mode, Instant until, Instant setAt) {

        /** How a breaker is held. */
        public enum Mode {
            /** Blocks all calls. */
            OPEN,
            /** Permits all calls and counts none. */
            CLOSED,
            /** Not held: closed once with its counts cleared, then automatic. */
            RESET
        }
    }
}
