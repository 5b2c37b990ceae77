package dev.registrar.admin;

import dev.registrar.operations.UndoQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a task.
 *
 * @param items the objects it concerns
 * @param columns which of their fields the text shows, in order
 * @param ok items that succeeded or were accepted
 * @param failed items that did not
 * @param matching how many items match, regardless of the limit; absent if this is no list that can be cut
 * @param more additional output; separate fields in JSON
 */
record TaskAnswer(
        List<?> items,
        List<String> columns,
        int ok,
        int failed,
        @Nullable Integer matching,
        Map<String, Object> more) {

    /** Enough for most lists, and still readable. */
    private static final int LARGE_LIMIT = 1_000;

    /** No item failed. */
    static TaskAnswer of(List<?> items, String columns) {
        return new TaskAnswer(items, List.of(columns.split(" ", -1)), items.size(), 0, null, Map.of());
    }

    TaskAnswer failed(int number) {
        return new TaskAnswer(items, columns, ok + failed - number, number, matching, more);
    }

    TaskAnswer with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put(name, value);
        return new TaskAnswer(items, columns, ok, failed, matching, all);
    }

    /** The same for a list that a limit may have cut; {@code number} items match. */
    TaskAnswer of(int number) {
        return new TaskAnswer(items, columns, ok, failed, number, more);
    }

    /** How many items the limit left out; 0 for whole lists. */
    int leftOut() {
        return matching == null ? 0 : Math.max(0, matching - items.size());
    }

    /** What was left out, and how to see it; empty for whole lists. */
    Optional<String> cut() {
        if (matching == null || leftOut() == 0) {
            return Optional.empty();
        }
        int enough = matching <= LARGE_LIMIT ? LARGE_LIMIT : UndoQuery.MAX_LIMIT;
        String remedy = matching <= enough ? "limit=" + enough : "narrow the filter";
        return Optional.of(items.size() + " of " + matching + ", " + leftOut() + " left out: " + remedy);
    }

    /** The last line of the text. */
    String verdict() {
        return failed == 0 ? "OK " + ok : "FAILED " + failed + " of " + (ok + failed);
    }
}
