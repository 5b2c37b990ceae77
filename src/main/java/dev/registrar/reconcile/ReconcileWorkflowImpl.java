package dev.registrar.reconcile;

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
import org.jspecify.annotations.Nullable;

/** Compares the registrations of the window one after the other, slowly enough not to burden the providers. */
public final class ReconcileWorkflowImpl implements ReconcileWorkflow {

    /** A history stays far below the server's limits; then the workflow continues as a new one. */
    private static final int PAGES_A_RUN = 4;

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

    /** Records mismatches, and leaves their repair to the registration's own run. */
    private void compare(Candidate candidate, boolean dryRun, ReconcileInput input) {
        List<Finding> findings = new Comparison(candidate, input).run();
        if (!findings.isEmpty()) {
            records.recordFindings(new Findings(input.runId(), findings, !dryRun, now()));
        }
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
