package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.OperationRefusedException;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An admin task: reads its parameters, calls one operation, prints the answer. Status 200 means {@code OK}, 500
 * {@code FAILED}, 400 wrong usage, 404 an unknown id, 409 a wrong state; the last three changed nothing. Thread-safe.
 */
final class OperatorTask extends Task {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorTask.class);

    /** SQLSTATEs of a lost connection, and of a server that is shutting down, has crashed or is starting. */
    private static final Pattern AWAY = Pattern.compile("08...|57P0[123]");

    private final TaskUsage usage;
    private final Operation operation;
    private final TaskPrinter printer;

    OperatorTask(TaskUsage usage, Operation operation, TaskPrinter printer) {
        super(usage.name());
        this.usage = usage;
        this.operation = operation;
        this.printer = printer;
    }

    @FunctionalInterface
    interface Operation {

        /**
         * @throws UsageException a parameter is missing or malformed
         * @throws OperationRefusedException nothing was done
         */
        TaskAnswer run(TaskParameters parameters) throws InterruptedException;
    }

    /** Whether a call with these parameters only reads. One that would be refused for them does not count as reading. */
    boolean onlyReads(Map<String, String[]> given) {
        Map<String, List<String>> parameters = new HashMap<>();
        given.forEach((name, values) -> parameters.put(name, List.of(values)));
        try {
            return usage.reads().test(new TaskParameters(usage, parameters, null));
        } catch (UsageException e) {
            return false;
        }
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) {
        if (!(output instanceof TaskFilter.Reply reply)) {
            throw new IllegalStateException("tasks are run behind the TaskFilter");
        }
        boolean json = parameters.getOrDefault("format", List.of()).contains("json");
        try {
            TaskParameters read = new TaskParameters(usage, parameters, reply.user());
            read.choice("format", "text", "json");
            if (read.isBare() && !usage.reads().test(read)) {
                refuse(reply, json, 400, "Nothing was asked for.");
                return;
            }
            TaskAnswer answer = operation.run(read);
            int status = answer.failed() == 0 ? 200 : 500;
            reply.answer(status, type(json), json ? printer.json(answer) : printer.text(answer));
        } catch (UsageException e) {
            refuse(reply, json, 400, String.valueOf(e.getMessage()));
        } catch (OperationRefusedException e) {
            int status = switch (e.kind()) {
                case INVALID -> 400;
                case UNKNOWN_ID -> 404;
                case WRONG_STATE -> 409;
            };
            refuse(reply, json, status, String.valueOf(e.getMessage()));
        } catch (JdbiException e) {
            LOG.warn("task {} failed: {}", usage.name(), e.getClass().getName());
            refuse(reply, json, 500, sentence(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(reply, json, 500, "Interrupted: this instance is shutting down.");
        } catch (RuntimeException e) {
            LOG.error("task {} failed", usage.name(), e);
            refuse(reply, json, 500, "An unexpected error occurred; see the log.");
        }
    }

    /** A connection that broke in the middle of a statement is the same to an operator as one that could not be made. */
    static String sentence(JdbiException e) {
        boolean away = e instanceof ConnectionException
                || Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                        .filter(SQLException.class::isInstance)
                        .map(cause -> String.valueOf(((SQLException) cause).getSQLState()))
                        .anyMatch(state -> AWAY.matcher(state).matches());
        return "PostgreSQL " + (away ? "does not answer" : "failed") + "; the task can be run again.";
    }

    private void refuse(TaskFilter.Reply reply, boolean json, int status, String message) {
        String help = status == 400 ? usage.text() : "";
        reply.answer(
                status,
                type(json),
                json
                        ? printer.json(message, help)
                        : String.join("\n", TaskText.wrap(message, 0))
                                + "\n"
                                + (help.isEmpty() ? "" : "\n" + help)
                                + "FAILED 1 of 1\n");
    }

    private static String type(boolean json) {
        return json ? "application/json" : "text/plain";
    }
}
