package dev.registrar.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a task is called: every parameter with its meaning. Undocumented parameters are refused. Immutable.
 *
 * @param name the task's name
 * @param summary what it does, one line
 * @param parameters meaning by name, in order
 * @param reads whether a call with these parameters only reads: then auditors may make it, too. A call without parameters that
 *     does not only read is refused
 * @param reason the reason that is recorded if none is given; absent if one is required
 */
record TaskUsage(
        String name,
        String summary,
        Map<String, String> parameters,
        Predicate<TaskParameters> reads,
        @Nullable String reason) {

    /** What {@code seenSeq} means, for the tasks that know it. */
    static final String SEEN_SEQ =
            "seenSeq: commandSeq as you last saw it; if it has changed since: 409, and nothing is done\n";

    private static final String ACTOR =
            "actor: who runs this, for the audit log; 1 to 200 characters; default with an API key: its id\n";

    private static final String FORMAT = "format: text (default) or json\n";

    /** @param text the summary on one line, then one line {@code parameter: meaning} for each parameter */
    static TaskUsage of(String name, String text) {
        return parse(name, text + FORMAT, parameters -> true, null);
    }

    /** The same, for a task that changes something. */
    static TaskUsage changing(String name, String text) {
        return parse(
                name,
                text + ACTOR + "reason: why, for the audit log; 1 to 200 characters\n" + FORMAT,
                parameters -> false,
                null);
    }

    /**
     * The same, for a task that only looks but is audited.
     *
     * @param reason is recorded if none is given
     */
    static TaskUsage auditing(String name, String text, String reason) {
        return parse(
                name,
                text + ACTOR + "reason: why, for the audit log; default: " + reason + "\n" + FORMAT,
                parameters -> false,
                reason);
    }

    /** The same, for a task that only reads if it is called without {@code action}, or with {@code action=status}. */
    TaskUsage readingWithoutAction() {
        return reading(call -> !call.has("action") || "status".equals(call.text("action")));
    }

    /** The same, for a task that with these parameters only reads. */
    TaskUsage reading(Predicate<TaskParameters> calls) {
        return new TaskUsage(name, summary, parameters, calls, reason);
    }

    private static TaskUsage parse(String name, String text, Predicate<TaskParameters> reads, @Nullable String reason) {
        List<String> lines = text.lines().toList();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parameter = line.split(": ", 2);
            parameters.put(parameter[0], parameter[1]);
        }
        return new TaskUsage(name, lines.get(0), parameters, reads, reason);
    }

    String text() {
        int width = parameters.keySet().stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add("Usage: POST /tasks/" + name + "?param=value&...   (or the parameters as a form)");
        lines.addAll(TaskText.wrap(summary, 0));
        parameters.forEach((parameter, meaning) -> lines.addAll(
                TaskText.wrap("  " + parameter + " ".repeat(width - parameter.length() + 2) + meaning, width + 4)));
        return String.join("\n", lines) + "\n";
    }

    /** A task was called with wrong parameters. The message is for the operator. */
    static final class UsageException extends RuntimeException {

        UsageException(String message) {
            super(message);
        }
    }
}
