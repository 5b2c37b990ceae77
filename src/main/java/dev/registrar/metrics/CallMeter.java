package dev.registrar.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Latency, outcome and attempts of one operation of a service; all series exist from the start. Thread-safe. */
public final class CallMeter {

    private final Map<CallOutcome, Timer> timers = new EnumMap<>(CallOutcome.class);
    private final Map<UnlistedValue, Counter> unlisted = new EnumMap<>(UnlistedValue.class);
    private final Counter attempts;

    /** @param outcomes the possible ones; others are not recorded */
    public CallMeter(MeterRegistry meters, String service, String operation, Set<CallOutcome> outcomes) {
        for (CallOutcome outcome : outcomes) {
            timers.put(outcome, Metric.CALL.timer(meters, service, operation, outcome.tag()));
        }
        for (UnlistedValue kind : UnlistedValue.values()) {
            unlisted.put(kind, Metric.UNLISTED_VALUES.counter(meters, service, kind.tag()));
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

    /** The provider answered with a value that its adapter does not know. */
    public void unlisted(UnlistedValue kind) {
        Counter counter = unlisted.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    /** What of a provider's answer its adapter's table does not name: the values of {@code value} of its metric. */
    public enum UnlistedValue {
        /** The status of a payment, a refund, a profile or a message. */
        STATUS("status"),
        /** The type or the code of an error. */
        ERROR("error"),
        /** The HTTP status. */
        HTTP_STATUS("HTTP status");

        private final String words;

        UnlistedValue(String words) {
            this.words = words;
        }

        /** For messages. */
        public String words() {
            return words;
        }

        String tag() {
            return name().toLowerCase(Locale.ROOT);
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
