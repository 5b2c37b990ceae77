package dev.registrar.reconcile;

import dev.registrar.call.CallPolicy;
import dev.registrar.model.Release;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** One comparison of a time window; progress and findings are in the table. */
@WorkflowInterface
public interface ReconcileWorkflow {

    /** The workflow id of a window: at most one dry run and one other at a time. */
    static String id(Instant from, Instant to, boolean dryRun) {
        return "reconcile-" + from + "-" + to + (dryRun ? "-dry" : "");
    }

    @WorkflowMethod
    void reconcile(ReconcileInput input);

    /**
     * @param lookup how providers and accounts are queried
     * @param settleAfter how long after its end a registration is compared, and time between the two lookups that prove
     *     an absence
     * @param pause between two registrations
     * @param features the release whose features the comparison may use; an older worker refuses it
     */
    record ReconcileInput(UUID runId, CallPolicy lookup, Duration settleAfter, Duration pause, Release features) {

        public ReconcileInput {
            features = Release.known(features);
        }
    }
}
