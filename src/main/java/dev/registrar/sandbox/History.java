package dev.registrar.sandbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The values of each id over time, so that a stale read can show an earlier one. Guarded by the simulator's lock. */
final class History<T> {

    private final Map<String, List<Version<T>>> versions = new HashMap<>();

    /** @param value absent once the id is deleted */
    void record(String id, long at, @Nullable T value) {
        versions.computeIfAbsent(id, key -> new ArrayList<>(1)).add(new Version<>(at, value));
    }

    /** The value at that time, in milliseconds since the epoch; empty if there was none. */
    Optional<T> at(String id, long time) {
        Version<T> last = null;
        for (Version<T> version : versions.getOrDefault(id, List.of())) {
            if (version.since <= time) {
                last = version;
            }
        }
        return Optional.ofNullable(last).map(Version::value);
    }

    private record Version<T>(long since, @Nullable T value) {}
}
