package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How much one worker does at a time. The defaults carry some hundred workflows side by side on two to eight cores. A
 * workflow whose steps are local activities holds its workflow task while they run, so the number of workflow tasks is the
 * number of such workflows in work.
 *
 * @param maxConcurrentWorkflowTasks workflow tasks at a time, default 300
 * @param maxConcurrentActivities activities at a time, a thread each, default 300
 * @param maxConcurrentLocalActivities local activities at a time, a thread each, default 600: two for each workflow task
 * @param workflowTaskPollers long polls held open for workflow tasks, default 5, at least 2: one of them is for the queue
 *     of the workflows in the cache
 * @param activityTaskPollers long polls held open for activities, default 5
 * @param workflowCacheSize workflows kept in memory between two tasks, default 1000; beyond it the oldest is replayed from
 *     its history at its next task
 * @param maxWorkflowThreads threads of all workflows in memory, default 1500; a workflow holds one, and one more for each
 *     branch running side by side. Never below the number of workflow tasks
 */
public record WorkerConfiguration(
        @Min(1) @Max(10_000) Integer maxConcurrentWorkflowTasks,
        @Min(1) @Max(10_000) Integer maxConcurrentActivities,
        @Min(1) @Max(10_000) Integer maxConcurrentLocalActivities,
        @Min(2) @Max(100) Integer workflowTaskPollers,
        @Min(1) @Max(100) Integer activityTaskPollers,
        @Min(0) @Max(100_000) Integer workflowCacheSize,
        @Min(1) @Max(100_000) Integer maxWorkflowThreads) {

    private static final WorkerConfiguration DEFAULTS = new WorkerConfiguration(300, 300, 600, 5, 5, 1_000, 1_500);

    public WorkerConfiguration {
        maxConcurrentWorkflowTasks = maxConcurrentWorkflowTasks == null ? 300 : maxConcurrentWorkflowTasks;
        maxConcurrentActivities = maxConcurrentActivities == null ? 300 : maxConcurrentActivities;
        maxConcurrentLocalActivities = maxConcurrentLocalActivities == null ? 600 : maxConcurrentLocalActivities;
        workflowTaskPollers = workflowTaskPollers == null ? 5 : workflowTaskPollers;
        activityTaskPollers = activityTaskPollers == null ? 5 : activityTaskPollers;
        workflowCacheSize = workflowCacheSize == null ? 1_000 : workflowCacheSize;
        maxWorkflowThreads = maxWorkflowThreads == null ? 1_500 : maxWorkflowThreads;
    }

    /** What an absent section means. */
    public static WorkerConfiguration defaults() {
        return DEFAULTS;
    }

    @JsonIgnore
    @ValidationMethod(message = "maxWorkflowThreads is below maxConcurrentWorkflowTasks")
    public boolean isEnoughThreads() {
        return maxWorkflowThreads >= maxConcurrentWorkflowTasks;
    }
}
