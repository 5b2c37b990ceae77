package dev.registrar.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Gauges over the database. All instances show the same numbers, so queries take {@code max} and never {@code sum}. If the
 * database does not answer, the last values stay and their age grows. Thread-safe.
 */
public final class StandingGauges {

    private final MeterRegistry registry;
    private final Map<String, Boolean> currencies = new ConcurrentHashMap<>();
    private volatile Standing standing;

    /**
     * The figures read from the tables.
     *
     * @param inFlight registrations that have not ended, by status
     * @param oldestInFlight acceptance of the oldest that neither ended nor needs attention; {@code at} if there is none
     * @param open OPEN undo rows by action
     * @param oldestOpen when the oldest of them was opened; {@code at} if there is none
     * @param atRisk money in them by currency, each charge once
     * @param runningBatches replay batches that should be running
     * @param oldestProgress the last progress of the batch without progress for longest; {@code at} if there is none
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

    /** All gauges are 0 until the first {@link #show}. */
    public StandingGauges(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        Instant now = clock.instant();
        standing = new Standing(Map.of(), now, Map.of(), now, Map.of(), 0, now, now);
        each(Metric.IN_FLIGHT, Standing::inFlight);
        each(Metric.OPEN_COMPENSATIONS, Standing::open);
        gauge(Metric.OLDEST_IN_FLIGHT, read -> age(read, read.oldestInFlight()));
        gauge(Metric.OLDEST_OPEN, read -> age(read, read.oldestOpen()));
        gauge(Metric.REPLAY_IDLE, read -> age(read, read.oldestProgress()));
        gauge(Metric.REPLAY_RUNNING, Standing::runningBatches);
        gauge(
                Metric.GAUGES_AGE,
                read -> Duration.between(read.at(), clock.instant()).toMillis() / 1_000.0);
        // The default currency of a request.
        currency("USD");
    }

    /** Replaces the values shown. */
    public void show(Standing read) {
        read.atRisk().keySet().forEach(this::currency);
        standing = read;
    }

    private void each(Metric metric, Function<Standing, Map<String, Long>> counts) {
        for (String value : metric.tags().get(0).values()) {
            gauge(metric, read -> counts.apply(read).getOrDefault(value, 0L), value);
        }
    }

    /** A currency stays once seen, at 0 if nothing is at risk. */
    private void currency(String code) {
        if (currencies.putIfAbsent(code, true) == null) {
            gauge(Metric.AT_RISK, read -> read.atRisk().getOrDefault(code, 0.0), code);
        }
    }

    private static double age(Standing read, Instant since) {
        return Math.max(0, Duration.between(since, read.at()).toMillis() / 1_000.0);
    }

    private void gauge(Metric metric, Function<Standing, Number> value, String... tags) {
        metric.gauge(registry, () -> value.apply(standing), tags);
    }
}
