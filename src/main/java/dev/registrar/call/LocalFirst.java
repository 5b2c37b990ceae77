package dev.registrar.call;

import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.util.function.Function;

/** Local attempts: activities that run within a workflow task, without events and round trips of their own. Workflow code. */
public final class LocalFirst {

    private LocalFirst() {}

    /** Makes a single attempt, limited to {@link LocalAttempts#START_TO_CLOSE}. */
    static <S> S attempt(Class<S> service) {
        return Workflow.newLocalActivityStub(
                service,
                LocalActivityOptions.newBuilder()
                        .setStartToCloseTimeout(LocalAttempts.START_TO_CLOSE)
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        // Nothing reads them in the history.
                        .setDoNotIncludeArgumentsIntoMarker(true)
                        .build());
    }

    /**
     * Calls an activity that only reads or writes our own rows and can be repeated: one local attempt; if it fails,
     * durably, unless the run has been superseded.
     */
    public static <S, R> R call(Class<S> records, S durable, Function<S, R> call) {
        try {
            return call.apply(attempt(records));
        } catch (ActivityFailure e) {
            if (CallFailure.isStaleRun(e)) {
                throw e;
            }
            return call.apply(durable);
        }
    }
}
