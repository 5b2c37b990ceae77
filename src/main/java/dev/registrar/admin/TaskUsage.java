package dev.registrar.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a task is called: every parameter with its meaning. Undocumented parameters are refused. Immutable.
 *
 * @param name the task's name
 * @param summary what it does, one line
 * @param parameters meaning by name, in order
 * @param changes whether it can change anything
 */
record TaskUsage(String name, String summary, Map<String, String> parameters, boolean changes) {

    /** What {@code seenSeq} means, for the tasks that know it. */
    static final String SEEN_SEQ = "commandSeq as you saw it: if it has moved on, 409 changed, and nothing is done";

    private static final int INDENT = 2;

    /** @param namesAndMeanings name, meaning, name, meaning, … */
    static TaskUsage of(String name, String summary, String... namesAndMeanings) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i + 1 < namesAndMeanings.length; i += 2) {
            parameters.put(namesAndMeanings[i], namesAndMeanings[i + 1]);
        }
        parameters.put("format", "text (default) or json");
        return new TaskUsage(name, summary, parameters, false);
    }

    /** The same, for a task that changes something. */
    static TaskUsage changing(String name, String summary, String... namesAndMeanings) {
        TaskUsage usage = of(name, summary, namesAndMeanings);
        Map<String, String> parameters = new LinkedHashMap<>(usage.parameters());
        parameters.remove("format");
        parameters.put("actor", "who asks, for the audit log; 1 to 200 characters; with an API key its id by default");
        parameters.put("reason", "why, for the audit log; 1 to 200 characters");
        parameters.put("format", "text (default) or json");
        return new TaskUsage(name, summary, parameters, true);
    }

    String text() {
        int width = parameters.keySet().stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add("Usage: POST /tasks/" + name + "?param=value&...   (or the parameters as a form)");
        lines.add(summary);
        parameters.forEach((parameter, meaning) ->
                lines.add(" ".repeat(INDENT) + parameter + " ".repeat(width - parameter.length() + INDENT) + meaning));
        return String.join("\n", lines) + "\n";
    }

    /** A task was called with wrong parameters. The message is for the operator. */
    static final class UsageException extends RuntimeException {

        UsageException(String message) {
            super(message);
        }
    }
}
