package dev.registrar.temporal;

import com.uber.m3.util.Duration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Reports the SDK's metrics to the registry. Keeps its timers, of which a registration records about forty values: the SDK's
 * own reporter builds a timer anew for each and looks it up in the registry. Closing it leaves the registry open, which
 * is not the SDK's to close. Thread-safe.
 */
final class SdkMetricsReporter extends MicrometerClientStatsReporter {

    private final MeterRegistry registry;
    private final Map<Map<String, String>, Map<String, Timer>> timers = new ConcurrentHashMap<>();

    SdkMetricsReporter(MeterRegistry registry) {
        super(registry);
        this.registry = registry;
    }

    @Override
    public void reportTimer(String name, Map<String, String> tags, Duration interval) {
        Map<String, Timer> ofScope = timers.get(tags);
        if (ofScope == null) {
            ofScope = timers.computeIfAbsent(Map.copyOf(tags), each -> new ConcurrentHashMap<>());
        }
        Timer timer = ofScope.get(name);
        if (timer == null) {
            timer = ofScope.computeIfAbsent(name, each -> timer(each, tags));
        }
        timer.record(interval.getNanos(), TimeUnit.NANOSECONDS);
    }

    /** Its buckets are those of {@link dev.registrar.metrics.MetricsBundle}. */
    private Timer timer(String name, Map<String, String> tags) {
        return registry.timer(
                name,
                Tags.of(tags.entrySet().stream()
                        .map(tag -> Tag.of(tag.getKey(), tag.getValue()))
                        .toList()));
    }

    @Override
    public void close() {
        // The registry stays open.
    }
}
