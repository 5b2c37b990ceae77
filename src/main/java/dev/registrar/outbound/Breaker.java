package dev.registrar.outbound;

import dev.registrar.model.CallException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One circuit breaker, with what resilience4j does not tell: until when it is open. Thread-safe. */
final class Breaker {

    /** Whether a call may go, and as what. */
    enum Permit {
        REFUSED,
        ORDINARY,
        /** One of the few calls of a half-open breaker. */
        PROBE
    }

    /** What a call says of the provider's health. */
    enum Verdict {
        HEALTHY,
        FAILING,
        NOTHING
    }

    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    private final CircuitBreaker breaker;
    private final Duration openFor;
    private final Clock clock;
    private volatile @Nullable Instant openUntil;

    Breaker(CircuitBreaker breaker, Duration openFor, Clock clock) {
        this.breaker = breaker;
        this.openFor = openFor;
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

    /** How long a refused call has to wait: until the breaker lets a probe through, and at least 1 s. */
    Duration retryAfter() {
        Instant until = openUntil;
        Duration wait = Duration.ZERO;
        if (until != null) {
            wait = Duration.between(clock.instant(), until);
        } else if (breaker.getState() == State.FORCED_OPEN) {
            wait = openFor;
        }
        return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
    }

    BreakerStatus status() {
        CircuitBreaker.Metrics metrics = breaker.getMetrics();
        return new BreakerStatus(
                breaker.getName(),
                breaker.getState().name(),
                openUntil,
                metrics.getNumberOfBufferedCalls(),
                metrics.getNumberOfFailedCalls(),
                metrics.getNumberOfSlowCalls());
    }
}
