package dev.registrar.outbound;

import dev.registrar.metrics.MetricNames;
import dev.registrar.model.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Latency, outcome and attempts of one operation. All series exist from the start, so that the first failure is seen as a
 * rise from 0.
 */
final class CallMeter {

    private final Map<CallOutcome, Timer> timers = new EnumMap<>(CallOutcome.class);
    private final Counter attempts;

    CallMeter(MeterRegistry meters, Step service, String operation) {
        for (CallOutcome outcome : CallOutcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder(MetricNames.CALL)
                            .description("Calls to a service, from the question to the breaker to the answer read")
                            .tag(MetricNames.SERVICE, service.code())
                            .tag(MetricNames.OPERATION, operation)
                            .tag(MetricNames.OUTCOME, outcome.tag())
                            .register(meters));
        }
        attempts = Counter.builder(MetricNames.CALL_ATTEMPTS)
                .description("Calls to a service that the breaker let through")
                .tag(MetricNames.SERVICE, service.code())
                .tag(MetricNames.OPERATION, operation)
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
