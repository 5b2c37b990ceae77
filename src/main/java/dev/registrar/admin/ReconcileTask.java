package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.ComparisonView;
import dev.registrar.operations.ReconcileOperations;
import dev.registrar.operations.ReconcileOperations.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code reconcile}: compares registrations, profiles, payments and accounts of a time window. */
final class ReconcileTask extends OperatorTask {

    private static final Duration DEFAULT_LENGTH = Duration.ofHours(24);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);
    private static final int DEFAULT_LIMIT = 1_000;

    private final ReconcileOperations operations;

    ReconcileTask(ReconcileOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "reconcile",
                        "Compares registrations that have ended with gateway, profile API and accounts; what does not"
                                + " fit becomes a row. What has only just ended is left out. Items that could not be looked up count as failed.",
                        "id",
                        "an earlier comparison: only tell what it has found",
                        "from",
                        "registrations created or ended from this time, for example 2026-01-31T00:00:00Z; default 24 h"
                                + " before to",
                        "to",
                        "until before this time; default now",
                        "limit",
                        "at most so many registrations; default " + DEFAULT_LIMIT,
                        "dryRun",
                        "true: only report; default true. With false, actor and reason are needed",
                        "wait",
                        "how long to wait for the end, up to PT60S; default PT10S. The comparison itself goes on"),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        UUID id = parameters.id("id");
        ComparisonView view = id == null ? compare(parameters) : operations.report(id);
        return TaskAnswer.of(
                        view.items(),
                        "registrationId",
                        "kind",
                        "service",
                        "reference",
                        "amount",
                        "currency",
                        "compensation")
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

    /** What to call next; empty if everything matches. */
    private static @Nullable String next(ComparisonView view) {
        if (view.finishedAt() == null) {
            return "it goes on; POST /tasks/reconcile?id=" + view.id() + " tells what it has found by then";
        }
        if (view.items().isEmpty()) {
            return null;
        }
        return view.dryRun()
                ? "no rows are made yet; the same with dryRun=false, actor and reason makes them"
                : "POST /tasks/compensation-replay shows the plan for the rows that are open";
    }

    private ComparisonView compare(TaskParameters parameters) {
        Window window = window(parameters);
        Duration wait = parameters.duration("wait");
        Duration patience = wait == null ? DEFAULT_WAIT : wait;
        if (patience.compareTo(LONGEST_WAIT) > 0) {
            throw new UsageException("wait: at most PT60S.");
        }
        return Boolean.FALSE.equals(parameters.flag("dryRun"))
                ? operations.repair(window, patience, parameters.note())
                : operations.look(window, patience);
    }

    private Window window(TaskParameters parameters) {
        int limit = parameters.number("limit", DEFAULT_LIMIT);
        Window last = operations.last(DEFAULT_LENGTH, limit);
        Instant given = parameters.time("to");
        Instant to = given == null ? last.to() : given;
        Instant from = parameters.time("from");
        return new Window(from == null ? to.minus(DEFAULT_LENGTH) : from, to, limit);
    }
}
