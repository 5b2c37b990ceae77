package dev.registrar.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;

/** Our own metrics have our own tags only: Temporal's reporter would add its ten to what workflow code counts. */
final class OwnTags implements MeterFilter {

    /** What Temporal gives each of its tags that does not apply. */
    private static final String UNSET = "none";

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith(MetricNames.PREFIX)) {
            return id;
        }
        List<Tag> kept = new ArrayList<>();
        for (Tag tag : id.getTagsAsIterable()) {
            if (MetricNames.TAGS.contains(tag.getKey()) && !tag.getValue().equals(UNSET)) {
                kept.add(tag);
            }
        }
        return id.replaceTags(kept);
    }
}
