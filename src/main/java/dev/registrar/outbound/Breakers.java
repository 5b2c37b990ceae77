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

    /** Holds the breakers named here as an operator wants, and lets all others go. To be repeated when a hold has ended. */
    public void force(Map<String, ForcedState> wanted) {
        breakers.forEach((name, breaker) -> breaker.force(wanted.get(name)));
    }

    /** The breaker of this name; made with these settings where there is none yet. */
    Breaker breaker(String name, BreakerFactory config, Duration deadline) {
        return breakers.computeIfAbsent(
                name,
                key -> new Breaker(
                        registry.circuitBreaker(key, config.build(deadline, clock)),
                        config.openFor().toJavaDuration(),
                        clock));
    }

    /**
     * One circuit breaker, with what resilience4j lacks: until when it is open, and when those refused by a half-open breaker may
     * ask again. Thread-safe.
     */
    static final class Breaker {

        /** Whether a call may go, and as what. */
        enum Permit {
            REFUSED,
            ORDINARY,
            /** One of the few calls of a half-open breaker. */
            PROBE
        }

        /** What a call shows of the provider's health. */
        enum Verdict {
            HEALTHY,
            FAILING,
            NOTHING
        }

        private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
        private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

        /** Time between two callers that a half-open breaker refused: five a second may ask whether it has closed. */
        private static final Duration STAGGER = Duration.ofMillis(200);

        /** Longest wait that a half-open breaker hands out. */
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

        /** Ends a call that was let through. */
        void ended(Permit permit, Verdict verdict, long nanos, @Nullable CallException failure) {
            if (permit == Permit.ORDINARY && breaker.getState() == State.HALF_OPEN) {
                // It began before the breaker opened: it is no probe, and has none to give back.
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
         * While it is half-open and its probes are out, each caller is given a time of its own.
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
         * Applies an operator's override; null releases a forced breaker, closed and with nothing counted. The same again has no
         * effect.
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
     * How a breaker stands.
     *
     * @param name service and group of operations, for example {@code payment-charge}
     * @param state resilience4j's name: {@code CLOSED}, {@code OPEN}, {@code HALF_OPEN}, {@code FORCED_OPEN}, …
     * @param openUntil when it will let a probe through; only while open
     * @param forcedUntil when an operator's hold ends; only while {@code FORCED_OPEN} or {@code DISABLED} (forced closed)
     * @param calls how many calls of the window are counted
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

        /** Whether nothing is let through now. */
        public boolean isOpen() {
            return state.equals("OPEN") || state.equals("FORCED_OPEN");
        }
    }

    /**
     * What an operator wants of a breaker.
     *
     * @param until from then on the breaker is on its own again
     * @param setAt when it was asked for; tells one reset from the next
     */
    public record ForcedState(Mode mode, Instant until, Instant setAt) {

        /** How a breaker is held. */
        public enum Mode {
            /** Lets nothing through. */
            OPEN,
            /** Lets everything through and counts nothing. */
            CLOSED,
            /** Not held: closed once, with nothing counted, then on its own. */
            RESET
        }
    }
}
