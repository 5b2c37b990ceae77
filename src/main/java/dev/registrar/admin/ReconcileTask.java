package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.ComparisonView;
import dev.registrar.operations.ReconcileOperations;
import dev.registrar.operations.ReconcileOperations.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compares registrations, profiles, payments and accounts of a time window. */
record ReconcileTask(ReconcileOperations operations) {

    static final TaskUsage USAGE =
            TaskUsage.changing("reconcile", """
            Compares registrations that have ended with gateway, profile API and accounts; each mismatch becomes\
             a row. Recently ended registrations are left out. Items that could not be looked up count as failed.
            id: an earlier comparison, whose findings are shown
            from: registrations created or ended from this time on, such as 2026-01-31T00:00:00Z; default 24 h before to
            to: and before this time; default now
            limit: maximum number of registrations; default 1000
            dryRun: true (default; alone it compares the last 24 h) only reports; false needs actor and reason
            wait: how long to wait for the end, up to 60 s; default 10 s. The comparison itself continues
            """).reading(call -> call.has("id") && call.isOnly("id"));

    private static final Duration DEFAULT_LENGTH = Duration.ofHours(24);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);
    private static final int DEFAULT_LIMIT = 1_000;

    TaskAnswer run(TaskParameters parameters) {
        UUID id = parameters.id("id");
        if (id != null && !parameters.isOnly("id")) {
            throw new UsageException("id: shows an earlier comparison and takes no other parameter.");
        }
        ComparisonView view = id == null ? compare(parameters) : operations.report(id);
        return TaskAnswer.of(view.items(), "registrationId kind service reference amount currency compensation")
                .failed(view.unknown())
                .with("id", view.id())
                .with("from", view.from())
                .with("to", view.to())
                .with("dryRun", view.dryRun())
                .with("compared", view.compared())
                .with("limitReached", view.limitReached())
                .with(
                        "leftOut",
                        "what ended in the last " + operations.settleAfter().toSeconds() + " s")
                .with("finished", view.finishedAt() != null)
                .with("next", next(view));
    }

    /** What to call next; null if everything matches. */
    private static @Nullable String next(ComparisonView view) {
        if (view.finishedAt() == null) {
            return "still running; POST /tasks/reconcile?id=" + view.id() + " shows the findings so far";
        }
        if (view.items().isEmpty()) {
            return null;
        }
        return view.dryRun()
                ? "no rows are made yet; from=" + view.from() + "&to=" + view.to()
                        + "&dryRun=false with actor and reason makes them"
                : "POST /tasks/compensation-replay shows the plan for the rows that are open";
    }

    private ComparisonView compare(TaskParameters parameters) {
        int limit = parameters.number("limit", DEFAULT_LIMIT);
        Window last = operations.last(DEFAULT_LENGTH, limit);
        Instant to = Objects.requireNonNullElse(parameters.time("to"), last.to());
        Instant from = Objects.requireNonNullElse(parameters.time("from"), to.minus(DEFAULT_LENGTH));
        Window window = new Window(from, to, limit);
        Duration wait = Objects.requireNonNullElse(parameters.duration("wait"), DEFAULT_WAIT);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw new UsageException("wait: at most 60 s.");
        }
        return Boolean.FALSE.equals(parameters.flag("dryRun"))
                ? operations.repair(window, wait, parameters.note())
                : operations.look(window, wait);
    }
}
