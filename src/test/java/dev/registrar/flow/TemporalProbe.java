package dev.registrar.flow;

import com.google.protobuf.MessageLite;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.ResetReapplyExcludeType;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.TerminateWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What someone with access to Temporal can see of a workflow and do to it, bypassing the service. Thread-safe. */
public final class TemporalProbe {

    /** A task queue without a worker. */
    private static final String NO_WORKER = "nobody";

    /** A task that waits for local activities completes with them. */
    private static final Duration TASK_LIMIT = Duration.ofSeconds(15);

    private static final Duration CALL_LIMIT = Duration.ofSeconds(2);

    private final WorkflowClient client;

    TemporalProbe(WorkflowClient client) {
        this.client = client;
    }

    /** The status of the last run. */
    public WorkflowExecutionStatus status(String workflowId) {
        return stub(workflowId).describe().getStatus();
    }

    public String runId(String workflowId) {
        return stub(workflowId).describe().getExecution().getRunId();
    }

    /** How many events of this type are in the last run's history. */
    public long events(String workflowId, EventType type) {
        WorkflowExecution run = stub(workflowId).describe().getExecution();
        return history(run).filter(event -> event.getEventType() == type).count();
    }

    /** Whether the last run waits for an activity that is in its history: a durable one, not a local one. */
    public boolean waitsForActivity(String workflowId) {
        return describe(execution(workflowId)).getPendingActivitiesCount() > 0;
    }

    /** The last run. */
    private static WorkflowExecution execution(String workflowId) {
        return WorkflowExecution.newBuilder().setWorkflowId(workflowId).build();
    }

    private DescribeWorkflowExecutionResponse describe(WorkflowExecution run) {
        return client.getWorkflowServiceStubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setExecution(run)
                        .build());
    }

    /** The identities of the workers that took the last run's workflow tasks. */
    Set<String> workers(String workflowId) {
        WorkflowExecution run = stub(workflowId).describe().getExecution();
        return history(run)
                .filter(HistoryEvent::hasWorkflowTaskStartedEventAttributes)
                .map(event -> event.getWorkflowTaskStartedEventAttributes().getIdentity())
                .collect(Collectors.toSet());
    }

    /** The time-out types of the last run's workflow tasks, one per time-out. */
    List<TimeoutType> workflowTaskTimeouts(String workflowId) {
        WorkflowExecution run = stub(workflowId).describe().getExecution();
        return history(run)
                .filter(HistoryEvent::hasWorkflowTaskTimedOutEventAttributes)
                .map(event -> event.getWorkflowTaskTimedOutEventAttributes().getTimeoutType())
                .toList();
    }

    /** Starts a workflow with this input on a task queue. */
    void start(String type, String workflowId, String taskQueue, Object input) {
        client.newUntypedWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(workflowId)
                                .setTaskQueue(taskQueue)
                                .build())
                .start(input);
    }

    /** The failures of the last run's workflow tasks, by cause and message. */
    List<String> workflowTaskFailures(String workflowId) {
        WorkflowExecution run = stub(workflowId).describe().getExecution();
        return history(run)
                .filter(HistoryEvent::hasWorkflowTaskFailedEventAttributes)
                .map(HistoryEvent::getWorkflowTaskFailedEventAttributes)
                .map(failed -> failed.getCause() + " " + failed.getFailure())
                .toList();
    }

    /** One call without retries: it fails at once while the server is away. */
    public void terminate(String workflowId) {
        var unused = client.getWorkflowServiceStubs()
                .blockingStub()
                .withDeadlineAfter(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .terminateWorkflowExecution(TerminateWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setWorkflowExecution(execution(workflowId))
                        .setReason("by a test")
                        .build());
    }

    public void cancel(String workflowId) {
        stub(workflowId).cancel();
    }

    /** Replaces the running run with one that has no worker and ends by time-out. */
    void timeOut(String workflowId) {
        String type = stub(workflowId).describe().getWorkflowType();
        client.newUntypedWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(workflowId)
                                .setTaskQueue(NO_WORKER)
                                .setWorkflowIdConflictPolicy(
                                        WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING)
                                .setWorkflowExecutionTimeout(Duration.ofSeconds(1))
                                .build())
                .start();
        Poll.until(
                "the run has timed out",
                Duration.ofSeconds(20),
                () -> status(workflowId) == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT);
    }

    /**
     * Resets the last run to its first workflow task, before all steps and without later signals, and returns the id of
     * the new run.
     */
    public String resetToStart(String workflowId) {
        WorkflowExecution run = stub(workflowId).describe().getExecution();
        Poll.until(
                "the first workflow task is in the history",
                TASK_LIMIT,
                () -> firstTask(run).isPresent());
        return client.getWorkflowServiceStubs()
                .blockingStub()
                .resetWorkflowExecution(ResetWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setWorkflowExecution(run)
                        .setReason("by a test")
                        .setWorkflowTaskFinishEventId(
                                firstTask(run).orElseThrow().getEventId())
                        .setRequestId(UUID.randomUUID().toString())
                        .addResetReapplyExcludeTypes(ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL)
                        .build())
                .getRunId();
    }

    /** Descriptions and histories of all workflows on the server, byte by byte. */
    public String everything() {
        StringBuilder all = new StringBuilder();
        client.listExecutions("").forEach(found -> {
            WorkflowExecution run = found.getExecution();
            append(all, found.getWorkflowExecutionInfo());
            append(all, describe(run));
            client.fetchHistory(run.getWorkflowId(), run.getRunId()).getEvents().forEach(event -> append(all, event));
        });
        return all.toString();
    }

    /** The histories of all runs of a workflow, as text. */
    public String histories(String workflowId) {
        return client.listExecutions("WorkflowId = '" + workflowId + "'")
                .map(found -> found.getExecution().getRunId() + "\n"
                        + client.fetchHistory(workflowId, found.getExecution().getRunId())
                                .getEvents())
                .collect(Collectors.joining("\n"));
    }

    public long workflows() {
        return client.listExecutions("").count();
    }

    private static void append(StringBuilder all, MessageLite message) {
        all.append(new String(message.toByteArray(), StandardCharsets.ISO_8859_1))
                .append('\n');
    }

    private Optional<HistoryEvent> firstTask(WorkflowExecution run) {
        return history(run)
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
                .findFirst();
    }

    private Stream<HistoryEvent> history(WorkflowExecution run) {
        return client.fetchHistory(run.getWorkflowId(), run.getRunId()).getEvents().stream();
    }

    private WorkflowStub stub(String workflowId) {
        return client.newUntypedWorkflowStub(workflowId);
    }
}
