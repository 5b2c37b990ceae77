package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The number of a release: {@code 0.2.0}. Says which version a schema is compatible with and whose features a workflow may
 * use.
 */
public record Release(int major, int minor, int patch) implements Comparable<Release> {

    /** The release whose code this is; the pom has the same number. */
    public static final Release CURRENT = new Release(0, 3, 0);

    /**
     * The release before it: its instances may run beside this version's, on the same database and the same Temporal namespace.
     * There is none before 0.2.0.
     */
    public static final Release PREVIOUS = new Release(0, 2, 0);

    private static final Release FIRST = new Release(0, 2, 0);
    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

    private static final Comparator<Release> ORDER = Comparator.comparingInt(Release::major)
            .thenComparingInt(Release::minor)
            .thenComparingInt(Release::patch);

    /** @throws IllegalArgumentException if the text is no release */
    @JsonCreator
    public static Release of(String text) {
        return parse(text)
                .orElseThrow(
                        () -> new IllegalArgumentException("is a release with three numbers, for example " + CURRENT));
    }

    /** Empty if the text is no release. */
    public static Optional<Release> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(new Release(number(parts, 1), number(parts, 2), number(parts, 3)))
                : Optional.empty();
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    /**
     * The release whose features a workflow's input allows.
     *
     * @param features absent in an input from before releases were recorded
     * @throws NewerVersionException if it is newer than this version: the workflow may use what this version does not have
     */
    public static Release known(@Nullable Release features) {
        if (features == null) {
            return FIRST;
        }
        if (features.isAfter(CURRENT)) {
            throw new NewerVersionException("the workflow may use features of " + features + ", this is " + CURRENT);
        }
        return features;
    }

    public boolean isAfter(Release other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Release other) {
        return ORDER.compare(this, other);
    }

    @JsonValue
    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
