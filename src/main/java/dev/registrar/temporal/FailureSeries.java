package dev.registrar.temporal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/**
 * The counters of failures and misses that may never come. The SDK creates a series with its first event, which no rule
 * would see as an increase; here they start at 0.
 */
final class FailureSeries {

    private static final String NONE = "none";
    private static final List<String> TASK_FAILURES =
            List.of("NonDeterminismError", "WorkflowError", "GrpcMessageTooLarge");

    private FailureSeries() {}

    static void begin(MeterRegistry registry, String namespace, String taskQueue) {
        Tags all = Tags.of("namespace", namespace, "task_queue", taskQueue, "worker_type", NONE, "exception", NONE);
        Tags ofTasks = all.and("workflow_type", NONE, "activity_type", NONE);
        counter(registry, "temporal_workflow_failed", ofTasks);
        counter(registry, "temporal_workflow_canceled", ofTasks);
        counter(registry, "temporal_sticky_cache_miss", ofTasks);
        TASK_FAILURES.forEach(reason ->
                counter(registry, "temporal_workflow_task_execution_failed", ofTasks.and("failure_reason", reason)));
        Tags ofRequests = all.and("operation", NONE, "status_code", NONE);
        counter(registry, "temporal_request_failure", ofRequests);
        counter(registry, "temporal_long_request_failure", ofRequests);
    }

    private static void counter(MeterRegistry registry, String name, Tags tags) {
        Counter.builder(name).tags(tags).register(registry);
    }
}
