package dev.registrar.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Latency, outcome and attempts of one operation of a service; all series exist from the start. Thread-safe. */
public final class CallMeter {

    private final Map<CallOutcome, Timer> timers = new EnumMap<>(CallOutcome.class);
    private final Map<String, Counter> unlisted = new HashMap<>();
    private final Counter attempts;

    /** @param outcomes the possible ones; others are not recorded */
    public CallMeter(MeterRegistry meters, String service, String operation, Set<CallOutcome> outcomes) {
        for (CallOutcome outcome : outcomes) {
            timers.put(outcome, Metric.CALL.timer(meters, service, operation, outcome.tag()));
        }
        for (String value : Metric.Tag.UNLISTED_VALUE.values()) {
            unlisted.put(value, Metric.UNLISTED_VALUES.counter(meters, service, value));
        }
        attempts = Metric.CALL_ATTEMPTS.counter(meters, service, operation);
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

    /**
     * The provider answered with a value that its adapter does not know.
     *
     * @param value the kind of value, as the metric's tag names it; others are not recorded
     */
    public void unlisted(String value) {
        Counter counter = unlisted.get(value);
        if (counter != null) {
            counter.increment();
        }
    }

    /** How a call ended: the values of {@code outcome} of its metric. */
    public enum CallOutcome {
        SUCCESS,
        /** The provider definitely refused a charge (402). */
        DECLINED,
        REJECTED,
        UNAVAILABLE,
        UNKNOWN,
        /** Not sent because the breaker was open. */
        BREAKER_OPEN;

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
