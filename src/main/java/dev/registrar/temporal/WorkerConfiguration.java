package dev.registrar.temporal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import io.temporal.common.VersioningBehavior;
import io.temporal.common.WorkerDeploymentVersion;
import io.temporal.worker.WorkerDeploymentOptions;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much one worker does at a time. The defaults support some hundred concurrent workflows on two to eight cores. A
 * workflow whose steps are local activities holds its workflow task while they run, so the number of workflow tasks
 * limits the number of such workflows.
 *
 * @param enabled whether this instance runs workflows and activities at all, default true. False for an instance that
 *     only serves REST and the admin port: others have to run its workflows, and its starts are never eager
 * @param maxConcurrentWorkflowTasks workflow tasks at a time, default 300
 * @param maxConcurrentActivities activities at a time, a thread each, default 300
 * @param maxConcurrentLocalActivities local activities at a time, a thread each, default 600: two for each workflow
 *     task
 * @param workflowTaskPollers long polls held open for workflow tasks, default 5, at least 2: one of them is for the
 *     queue of the workflows in the cache
 * @param activityTaskPollers long polls held open for activities, default 5
 * @param workflowCacheSize workflows kept in memory between two tasks, default 1000; beyond it the oldest is replayed
 *     from its history at its next task
 * @param maxWorkflowThreads threads of all workflows in memory, default 1500; a workflow holds one, and one more for
 *     each parallel branch. Never below the number of workflow tasks
 * @param stickyTimeout how long a task waits for the worker that has its workflow in memory before any other may take
 *     it, default 5 s: for this long the workflows of an ended instance pause
 * @param virtualThreads whether workflows and activities run on virtual threads (JDK 21 or later); default false
 * @param deployment the version of this worker, for Temporal's worker deployments; absent: unversioned
 */
public record WorkerConfiguration(
        @NotNull Boolean enabled,
        @Min(1) @Max(10_000) Integer maxConcurrentWorkflowTasks,
        @Min(1) @Max(10_000) Integer maxConcurrentActivities,
        @Min(1) @Max(10_000) Integer maxConcurrentLocalActivities,
        @Min(2) @Max(100) Integer workflowTaskPollers,
        @Min(1) @Max(100) Integer activityTaskPollers,
        @Min(0) @Max(100_000) Integer workflowCacheSize,
        @Min(1) @Max(100_000) Integer maxWorkflowThreads,

        @NotNull @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration stickyTimeout,

        @NotNull Boolean virtualThreads,
        @Nullable @Valid WorkerDeployment deployment) {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
    private static final WorkerConfiguration DEFAULTS = absent();

    public WorkerConfiguration {
        enabled = enabled == null || enabled;
        maxConcurrentWorkflowTasks = maxConcurrentWorkflowTasks == null ? 300 : maxConcurrentWorkflowTasks;
        maxConcurrentActivities = maxConcurrentActivities == null ? 300 : maxConcurrentActivities;
        maxConcurrentLocalActivities = maxConcurrentLocalActivities == null ? 600 : maxConcurrentLocalActivities;
        workflowTaskPollers = workflowTaskPollers == null ? 5 : workflowTaskPollers;
        activityTaskPollers = activityTaskPollers == null ? 5 : activityTaskPollers;
        workflowCacheSize = workflowCacheSize == null ? 1_000 : workflowCacheSize;
        maxWorkflowThreads = maxWorkflowThreads == null ? 1_500 : maxWorkflowThreads;
        stickyTimeout = stickyTimeout == null ? Duration.seconds(5) : stickyTimeout;
        virtualThreads = virtualThreads != null && virtualThreads;
    }

    /** The settings if the section is absent. */
    public static WorkerConfiguration defaults() {
        return DEFAULTS;
    }

    @SuppressWarnings("NullAway") // the defaults are set in the compact constructor
    private static WorkerConfiguration absent() {
        return new WorkerConfiguration(null, null, null, null, null, null, null, null, null, null, null);
    }

    @JsonIgnore
    @ValidationMethod(message = "virtualThreads need JDK 21 or later")
    public boolean isJdkWithVirtualThreads() {
        return !virtualThreads || Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS;
    }

    @JsonIgnore
    @ValidationMethod(message = "maxWorkflowThreads is below maxConcurrentWorkflowTasks")
    public boolean isEnoughThreads() {
        return maxWorkflowThreads >= maxConcurrentWorkflowTasks;
    }

    /**
     * The version under which this worker is known to the server (Temporal's Worker Versioning). The server gives tasks
     * only to the version that an operator made current; running workflows move to it with their next task, which is
     * safe because recorded histories are replayed by tests.
     *
     * @param name the name of the deployment, the same for all versions; no dot
     * @param buildId the id of this version
     */
    public record WorkerDeployment(
            @NotBlank @Pattern(regexp = "[^.]{1,128}", message = "must not contain a dot")
            String name,

            @NotBlank String buildId) {

        WorkerDeploymentOptions options() {
            return WorkerDeploymentOptions.newBuilder()
                    .setUseVersioning(true)
                    .setVersion(new WorkerDeploymentVersion(name, buildId))
                    .setDefaultVersioningBehavior(VersioningBehavior.AUTO_UPGRADE)
                    .build();
        }
    }
}
