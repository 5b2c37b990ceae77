package dev.registrar.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/** Fixed histogram buckets, and fewer tags, for the registry of {@link MetricsBundle}. */
final class MeterFilters {

    private static final String TEMPORAL = "temporal_";

    /** The value that Temporal gives a tag that does not apply. */
    private static final String UNSET = "none";

    /** Tags of features that the service does not use. */
    private static final Set<String> UNUSED = Set.of("query_type", "signal_name", "update_name");

    private static final Set<String> REQUEST_TAGS = Set.of("operation", "status_code");
    private static final Set<String> TASK_TAGS = Set.of("activity_type", "workflow_type");

    private MeterFilters() {}

    /**
     * Gives the timers of a prefix fixed histogram buckets. Also turns off the percentile histogram that Temporal's reporter
     * requests, which has 69 buckets per series and ends at 30 s.
     *
     * @param millis upper bounds, ascending
     */
    static MeterFilter buckets(String prefix, long... millis) {
        double[] nanos = Arrays.stream(millis)
                .mapToDouble(TimeUnit.MILLISECONDS::toNanos)
                .toArray();
        return new MeterFilter() {
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
        };
    }

    /**
     * Keeps only meaningful tags. Temporal's reporter adds its ten tags, mostly "none", to whatever workflow code counts, and
     * the SDK splits requests by type of workflow and activity: without these, a scrape is less than half the size.
     */
    static MeterFilter tags() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                if (id.getName().startsWith(Metric.PREFIX)) {
                    return keep(
                            id,
                            tag -> Metric.TAG_KEYS.contains(tag.getKey())
                                    && !tag.getValue().equals(UNSET));
                }
                boolean summed = id.getType() == Meter.Type.COUNTER || id.getType() == Meter.Type.TIMER;
                return id.getName().startsWith(TEMPORAL) && summed ? keep(id, MeterFilters.temporal(id)) : id;
            }
        };
    }

    private static Predicate<Tag> temporal(Meter.Id id) {
        boolean request = id.getName().contains("request");
        boolean failure = id.getName().contains("fail");
        return tag -> !UNUSED.contains(tag.getKey())
                && (request || !REQUEST_TAGS.contains(tag.getKey()))
                && (!request || !TASK_TAGS.contains(tag.getKey()))
                && (failure || !tag.getKey().equals("exception"));
    }

    private static Meter.Id keep(Meter.Id id, Predicate<Tag> kept) {
        List<Tag> tags = StreamSupport.stream(id.getTagsAsIterable().spliterator(), false)
                .filter(kept)
                .toList();
        return id.replaceTags(tags);
    }
}
