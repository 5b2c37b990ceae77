package dev.registrar.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads back what this instance has counted since its start. Thread-safe. */
public final class OutcomeTotals {

    private final MeterRegistry registry;

    public OutcomeTotals(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The counts until now. */
    public Totals read() {
        HistogramSnapshot durations =
                Metric.DURATION.timer(registry, "COMPLETED").takeSnapshot();
        return new Totals(
                ended("COMPLETED"),
                ended("FAILED"),
                ended("NEEDS_ATTENTION"),
                Metric.CALL.timer(registry, "payment", "charge", "declined").count(),
                unlisted(),
                Arrays.stream(durations.histogramCounts())
                        .map(bucket -> new Bucket(bucket.bucket(TimeUnit.MILLISECONDS) / 1_000, bucket.count()))
                        .toList());
    }

    private long ended(String status) {
        return (long) Metric.ENDED.counter(registry, status).count();
    }

    private long unlisted() {
        return (long) registry.find(Metric.UNLISTED_VALUES.id()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    /**
     * Completed registrations that took at most this long.
     *
     * @param seconds the upper bound
     */
    public record Bucket(double seconds, double count) {}

    /**
     * @param failed registrations that FAILED, those whose card was declined among them
     * @param needsAttention times that a registration became NEEDS_ATTENTION
     * @param unlisted values of providers that no adapter knew
     * @param durations of completed registrations, cumulative, ascending
     */
    public record Totals(
            long completed, long failed, long needsAttention, long declined, long unlisted, List<Bucket> durations) {

        /** What was counted between an earlier reading and this one. */
        public Totals since(Totals earlier) {
            List<Bucket> between = new ArrayList<>();
            for (int i = 0; i < durations.size(); i++) {
                Bucket bucket = durations.get(i);
                double before =
                        i < earlier.durations.size() ? earlier.durations.get(i).count() : 0;
                between.add(new Bucket(bucket.seconds(), bucket.count() - before));
            }
            return new Totals(
                    completed - earlier.completed,
                    failed - earlier.failed,
                    needsAttention - earlier.needsAttention,
                    declined - earlier.declined,
                    unlisted - earlier.unlisted,
                    List.copyOf(between));
        }

        /** Failures but declines; a decline is counted a moment before its registration ends. */
        public long failedWithoutDeclines() {
            return Math.max(0, failed - declined);
        }

        /**
         * The time within which this share of the completed registrations ended, interpolated between the buckets' bounds, in
         * seconds; null if none completed. Those completed after a repair are in no bucket and do not count.
         */
        public @Nullable Double quantile(double share) {
            double measured = durations.isEmpty()
                    ? 0
                    : durations.get(durations.size() - 1).count();
            if (measured <= 0) {
                return null;
            }
            double rank = share * measured;
            Bucket below = new Bucket(0, 0);
            for (Bucket bucket : durations) {
                if (bucket.count() >= rank && bucket.count() > below.count()) {
                    double part = (rank - below.count()) / (bucket.count() - below.count());
                    double seconds = below.seconds() + part * (bucket.seconds() - below.seconds());
                    return Math.round(seconds * 1_000) / 1_000.0;
                }
                below = bucket;
            }
            return below.seconds();
        }
    }
}
