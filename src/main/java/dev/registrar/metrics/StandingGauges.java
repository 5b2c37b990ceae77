package dev.registrar.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Gauges over the database. All instances show the same numbers: add nothing up, take the greatest. What was read last
 * stays where the database does not answer, and its age tells. Thread-safe.
 */
public final class StandingGauges {

    private final MeterRegistry registry;
    private final Map<String, Boolean> currencies = new ConcurrentHashMap<>();
    private volatile Standing standing;

    /**
     * What the tables say.
     *
     * @param inFlight rows by status, of those that have not ended
     * @param oldestInFlight acceptance of the oldest that neither ended nor needs attention; {@code at} where there is none
     * @param open OPEN undo rows by action
     * @param oldestOpen when the oldest of them was opened; {@code at} where there is none
     * @param atRisk money in them by currency, each charge once
     * @param runningBatches batches of replays that have to be running
     * @param oldestProgress the last progress of the one that has had none for longest; {@code at} where there is none
     * @param at when this was read
     */
    public record Standing(
            Map<String, Long> inFlight,
            Instant oldestInFlight,
            Map<String, Long> open,
            Instant oldestOpen,
            Map<String, Double> atRisk,
            long runningBatches,
            Instant oldestProgress,
            Instant at) {}

    /** All at 0 until something is read. */
    public StandingGauges(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        Instant now = clock.instant();
        standing = new Standing(Map.of(), now, Map.of(), now, Map.of(), 0, now, now);
        each(MetricNames.IN_FLIGHT, MetricNames.STATUS, MetricNames.UNFINISHED, Standing::inFlight);
        each(MetricNames.OPEN_COMPENSATIONS, MetricNames.ACTION, MetricNames.UNDO_ACTIONS, Standing::open);
        seconds(MetricNames.OLDEST_IN_FLIGHT, read -> age(read, read.oldestInFlight()));
        seconds(MetricNames.OLDEST_OPEN, read -> age(read, read.oldestOpen()));
        seconds(MetricNames.REPLAY_IDLE, read -> age(read, read.oldestProgress()));
        gauge(MetricNames.REPLAY_RUNNING, Standing::runningBatches);
        seconds(
                MetricNames.GAUGES_AGE,
                read -> Duration.between(read.at(), clock.instant()).toMillis() / 1_000.0);
        // The currency that a request has where it names none.
        currency("USD");
    }

    /** Shows this from now on. */
    public void show(Standing read) {
        read.atRisk().keySet().forEach(this::currency);
        standing = read;
    }

    private void each(String name, String tag, List<String> values, Function<Standing, Map<String, Long>> of) {
        for (String value : values) {
            gauge(name, read -> of.apply(read).getOrDefault(value, 0L), tag, value);
        }
    }

    /** A currency once seen stays, at 0. */
    private void currency(String code) {
        if (currencies.putIfAbsent(code, true) == null) {
            gauge(MetricNames.AT_RISK, read -> read.atRisk().getOrDefault(code, 0.0), MetricNames.CURRENCY, code);
        }
    }

    private static double age(Standing read, Instant since) {
        return Math.max(0, Duration.between(since, read.at()).toMillis() / 1_000.0);
    }

    private void seconds(String name, ToDoubleFunction<Standing> value) {
        Gauge.builder(name, this, gauges -> value.applyAsDouble(gauges.standing))
                .description(MetricTexts.of(name))
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
    }

    private void gauge(String name, ToDoubleFunction<Standing> value, String... tags) {
        Gauge.builder(name, this, gauges -> value.applyAsDouble(gauges.standing))
                .description(MetricTexts.of(name))
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
