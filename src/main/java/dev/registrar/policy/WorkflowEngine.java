package dev.registrar.policy;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What starts and asks workflows needs of Temporal, without knowing the connection.
 *
 * @param options fresh options for a start, with task queue and eager start
 * @param limits runs a call of the client within a time
 */
public record WorkflowEngine(WorkflowClient client, Supplier<WorkflowOptions.Builder> options, CallLimits limits) {

    /** Runs calls of the client within a time. */
    public interface CallLimits {

        /** What the call returns or throws; a {@link RuntimeException} where Temporal did not answer in time. */
        <T> T within(Duration limit, Supplier<T> call);
    }
}
