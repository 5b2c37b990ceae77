package dev.registrar.call;

import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import io.temporal.workflow.Functions;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Starts and queries workflows at Temporal, independent of the connection.
 *
 * @param options fresh options for a start, with task queue and eager start
 * @param limits runs a call of the client within a time
 */
public record WorkflowEngine(WorkflowClient client, Supplier<WorkflowOptions.Builder> options, CallLimits limits) {

    /** How long a caller waits for a start. */
    private static final Duration START_LIMIT = Duration.ofSeconds(2);

    /**
     * Starts a workflow whose id may be used again once it has closed; returns false if one of this id is running.
     *
     * @param method which of the workflow's methods, as a reference to the stub's
     * @throws RuntimeException if Temporal does not confirm in time
     */
    public <W, A> boolean startRepeatable(
            Class<W> type, String id, Function<W, Functions.Proc1<A>> method, A argument) {
        W workflow = client.newWorkflowStub(
                type,
                options.get()
                        .setWorkflowId(id)
                        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
                        .build());
        try {
            limits.within(START_LIMIT, () -> WorkflowClient.start(method.apply(workflow), argument));
            return true;
        } catch (WorkflowExecutionAlreadyStarted e) {
            return false;
        }
    }

    /** Runs calls of the client within a time. */
    public interface CallLimits {

        /** What the call returns or throws; a {@link RuntimeException} if Temporal did not answer in time. */
        <T> T within(Duration limit, Supplier<T> call);
    }
}
