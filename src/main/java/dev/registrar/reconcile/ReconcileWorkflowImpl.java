package dev.registrar.reconcile;

import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.OpenLateUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.UndoRun;
import dev.registrar.reconcile.Comparison.Found;
import dev.registrar.reconcile.ReconcileRecords.Candidate;
import dev.registrar.reconcile.ReconcileRecords.Findings;
import dev.registrar.reconcile.ReconcileRecords.Page;
import dev.registrar.reconcile.ReconcileRecords.PageRequest;
import dev.registrar.store.RegistrationFilter.Position;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Walks through the window, one registration after the other, at a pace that providers do not feel. */
public final class ReconcileWorkflowImpl implements ReconcileWorkflow {

    /** A history stays far below the server's limits; then the workflow goes on as a new one. */
    private static final int PAGES_A_RUN = 4;

    private final CompensationRecords ledger = UndoRun.records();
    private final ReconcileRecords records = Workflow.newActivityStub(
            ReconcileRecords.class,
            ActivityOptions.newBuilder()
                    .setStartToCloseTimeout(Duration.ofSeconds(30))
                    .build());

    @Override
    public void reconcile(ReconcileInput input) {
        Page page = page(input, null, 0);
        for (int pages = 0; pages < PAGES_A_RUN && !page.over(); pages++) {
            for (Candidate candidate : page.candidates()) {
                compare(candidate, page.dryRun(), input);
                Workflow.sleep(input.pause());
            }
            int compared = page.candidates().size();
            page = page(input, page.candidates().get(compared - 1).position(), compared);
        }
        if (!page.over()) {
            Workflow.continueAsNew(input);
        }
    }

    private Page page(ReconcileInput input, @Nullable Position reached, int compared) {
        return records.nextPage(new PageRequest(input.runId(), input.settleAfter(), reached, compared, now()));
    }

    private void compare(Candidate candidate, boolean dryRun, ReconcileInput input) {
        List<Found> found = new Comparison(candidate, input).run();
        if (found.isEmpty()) {
            return;
        }
        List<UndoRow> rows = dryRun ? List.of() : open(candidate, found);
        List<Finding> findings = found.stream()
                .map(each -> each.finding().with(rowOf(each, rows)))
                .toList();
        records.recordFindings(new Findings(input.runId(), findings, now()));
    }

    private List<UndoRow> open(Candidate candidate, List<Found> found) {
        List<PlannedUndo> undo =
                found.stream().map(Found::undo).filter(Objects::nonNull).toList();
        return undo.isEmpty() ? List.of() : ledger.openLateUndo(new OpenLateUndo(candidate.id(), undo, null, now()));
    }

    private static @Nullable UUID rowOf(Found found, List<UndoRow> rows) {
        PlannedUndo undo = found.undo();
        return rows.stream()
                .filter(row -> undo != null && row.action() == undo.action())
                .map(UndoRow::id)
                .findFirst()
                .orElse(null);
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
