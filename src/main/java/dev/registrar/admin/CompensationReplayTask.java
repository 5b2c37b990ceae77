package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.OperatorNote;
import dev.registrar.operations.ReplayOperations;
import dev.registrar.operations.ReplayOperations.Plan;
import dev.registrar.operations.UndoQuery;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code compensation-replay}: replays undo work, one row or many. */
final class CompensationReplayTask extends OperatorTask {

    private static final List<String> FILTERS = List.of("status", "action", "service", "olderThan", "registration");

    private final ReplayOperations operations;

    CompensationReplayTask(ReplayOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "compensation-replay",
                        "Does open undo work again, under the same keys, and verifies it at the provider."
                                + " Shows what is called; answers with a batch id at once (see compensation-batch).",
                        parameters()),
                printer);
        this.operations = operations;
    }

    private static String[] parameters() {
        List<String> all = new ArrayList<>(List.of("id", "one row, done at once; without it the filters select"));
        all.addAll(List.of(CompensationsTask.SELECTION));
        all.set(all.indexOf("status") + 1, "only OPEN rows are replayed");
        all.addAll(List.of(
                "dryRun", "true: only show the plan; default true for a filter, false for an id",
                "rate", "rows a second, 0.01 to 100; default 5",
                "seenSeq", TaskUsage.SEEN_SEQ + "; rows of one registration only"));
        return all.toArray(new String[0]);
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        UUID id = parameters.id("id");
        if (id != null && FILTERS.stream().anyMatch(parameters::has)) {
            throw new UsageException("id: one row, or a filter, not both.");
        }
        Boolean asked = parameters.flag("dryRun");
        boolean dryRun = asked == null ? id == null : asked;
        Plan plan = dryRun ? plan(id, parameters) : replay(id, parameters);
        return TaskAnswer.of(
                        plan.items(),
                        "id",
                        "registrationId",
                        "action",
                        "state",
                        "amount",
                        "currency",
                        "call",
                        "idempotencyKey")
                .with("dryRun", dryRun)
                .with("batchId", plan.batchId())
                .with("atRisk", plan.atRisk())
                .with("next", next(plan, dryRun));
    }

    /** What to call next; empty if there is nothing to replay. */
    private static @Nullable String next(Plan plan, boolean dryRun) {
        if (plan.items().isEmpty()) {
            return null;
        }
        return dryRun
                ? "nothing is done yet; the same with dryRun=false, actor and reason does it"
                : "POST /tasks/compensation-batch?batch=" + plan.batchId() + " shows how it goes";
    }

    private Plan plan(@Nullable UUID id, TaskParameters parameters) {
        return id == null ? operations.planMany(CompensationsTask.query(parameters)) : operations.planOne(id);
    }

    private Plan replay(@Nullable UUID id, TaskParameters parameters) {
        OperatorNote note = parameters.note();
        BigDecimal rate = parameters.decimal("rate", ReplayOperations.DEFAULT_RATE);
        if (id != null) {
            return operations.replayOne(id, rate, note);
        }
        UndoQuery query = CompensationsTask.query(parameters);
        return operations.replayMany(query, rate, note);
    }
}
