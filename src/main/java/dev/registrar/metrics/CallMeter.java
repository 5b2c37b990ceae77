package dev.registrar.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Latency, outcome and attempts of one operation. All series exist from the start, so that the first failure is seen as a
 * rise from 0. Thread-safe.
 */
public final class CallMeter {

    private final Map<CallOutcome, Timer> timers = new EnumMap<>(CallOutcome.class);
    private final Counter attempts;

    /** @param outcomes that can be: only these are measured */
    public CallMeter(MeterRegistry meters, String service, String operation, Set<CallOutcome> outcomes) {
        for (CallOutcome outcome : outcomes) {
            timers.put(
                    outcome,
                    Timer.builder(MetricNames.CALL)
                            .description(MetricTexts.of(MetricNames.CALL))
                            .tag(MetricNames.SERVICE, service)
                            .tag(MetricNames.OPERATION, operation)
                            .tag(MetricNames.OUTCOME, outcome.tag())
                            .register(meters));
        }
        attempts = Counter.builder(MetricNames.CALL_ATTEMPTS)
                .description(MetricTexts.of(MetricNames.CALL_ATTEMPTS))
                .tag(MetricNames.SERVICE, service)
                .tag(MetricNames.OPERATION, operation)
                .register(meters);
    }

    public void attempted() {
        attempts.increment();
    }

    public void ended(CallOutcome outcome, long nanos) {
        Timer timer = timers.get(outcome);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
