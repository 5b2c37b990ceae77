package dev.registrar.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.Arrays;

/**
 * Gives the timers whose names begin alike a fixed set of histogram buckets. It also turns off the percentile histogram,
 * which Temporal's reporter asks for: that one has 69 buckets a series and ends at 30 s.
 */
final class TimerBuckets implements MeterFilter {

    private final String prefix;
    private final double[] nanos;

    /** @param bounds upper bounds, ascending */
    TimerBuckets(String prefix, Duration... bounds) {
        this.prefix = prefix;
        this.nanos = Arrays.stream(bounds).mapToDouble(Duration::toNanos).toArray();
    }

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        if (id.getType() != Meter.Type.TIMER || !id.getName().startsWith(prefix)) {
            return config;
        }
        return DistributionStatisticConfig.builder()
                .percentilesHistogram(false)
                .serviceLevelObjectives(nanos)
                .build()
                .merge(config);
    }
}
