package dev.registrar.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a task.
 *
 * @param items the objects it concerns
 * @param columns which of their fields the text shows, in order
 * @param ok items that succeeded or were accepted
 * @param failed items that did not
 * @param more additional output; separate fields in JSON
 */
record TaskAnswer(List<?> items, List<String> columns, int ok, int failed, Map<String, Object> more) {

    /** No item failed. */
    static TaskAnswer of(List<?> items, String columns) {
        return new TaskAnswer(items, List.of(columns.split(" ", -1)), items.size(), 0, Map.of());
    }

    TaskAnswer failed(int number) {
        return new TaskAnswer(items, columns, ok + failed - number, number, more);
    }

    TaskAnswer with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put(name, value);
        return new TaskAnswer(items, columns, ok, failed, all);
    }

    /** The last line of the text. */
    String verdict() {
        return failed == 0 ? "OK " + ok : "FAILED " + failed + " of " + (ok + failed);
    }
}
