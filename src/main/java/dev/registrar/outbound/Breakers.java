package dev.registrar.outbound;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

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
}
