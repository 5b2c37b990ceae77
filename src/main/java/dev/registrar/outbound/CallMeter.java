package dev.registrar.outbound;

import dev.registrar.model.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Latency, outcome and attempts of one operation. All series exist from the start, so that the first failure is seen as a
 * rise from 0.
 */
final class CallMeter {

    private static final String CALL_TIMER = "registrar.call";
    private static final String CALL_ATTEMPTS = "registrar.call.attempts";
    private static final String SERVICE = "service";
    private static final String OPERATION = "operation";
    private static final String OUTCOME = "outcome";

    /** From a call on loopback to the longest deadline; 2 s is the limit of a local attempt. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final Map<CallOutcome, Timer> timers = new EnumMap<>(CallOutcome.class);
    private final Counter attempts;

    CallMeter(MeterRegistry meters, Step service, String operation) {
        for (CallOutcome outcome : CallOutcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder(CALL_TIMER)
                            .description("Calls to a service, from the question to the breaker to the answer read")
                            .tag(SERVICE, service.code())
                            .tag(OPERATION, operation)
                            .tag(OUTCOME, outcome.tag())
                            .serviceLevelObjectives(BUCKETS)
                            .register(meters));
        }
        attempts = Counter.builder(CALL_ATTEMPTS)
                .description("Calls to a service that the breaker let through")
                .tag(SERVICE, service.code())
                .tag(OPERATION, operation)
                .register(meters);
    }

    void attempted() {
        attempts.increment();
    }

    void ended(CallOutcome outcome, long nanos) {
        Timer timer = timers.get(outcome);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
