package dev.registrar.compensation;

import dev.registrar.call.CallPolicy;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.UUID;

/** One batch of replays, {@code compensation-replay-<batchId>}; its selection and its results are in the table. */
@WorkflowInterface
public interface ReplayWorkflow {

    /** The workflow id of a batch. */
    static String id(UUID batchId) {
        return "compensation-replay-" + batchId;
    }

    @WorkflowMethod
    void replay(ReplayInput input);

    /** The state of the batch in the table has changed: look at it now. */
    @SignalMethod
    void look();

    /** How many items this run has done. */
    @QueryMethod
    int done();

    /**
     * @param undo how the undo of one item is called; fewer attempts than the saga's, because a batch has many
     * @param lookup how the verification reads
     * @param pause between two items
     */
    record ReplayInput(UUID batchId, CallPolicy undo, CallPolicy lookup, Duration settleAfter, Duration pause) {}
}
