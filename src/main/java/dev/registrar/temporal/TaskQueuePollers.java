package dev.registrar.temporal;

import dev.registrar.temporal.TemporalConnection.TemporalUnavailableException;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who polls the task queue, as the server sees it. Thread-safe. */
public final class TaskQueuePollers {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final TemporalConnection connection;

    public TaskQueuePollers(TemporalConnection connection) {
        this.connection = connection;
    }

    /**
     * @param identity of the worker, by default process and host
     * @param kind {@code workflow} or {@code activity}
     */
    public record Poller(String identity, String kind, Instant lastAccessAt) {}

    /** Who polled within the last minutes; empty if the server does not answer or cannot tell. */
    public Optional<List<Poller>> list() {
        try {
            return Optional.of(Stream.concat(
                            list("workflow", TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
                            list("activity", TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY))
                    .toList());
        } catch (TemporalUnavailableException | StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    private Stream<Poller> list(String kind, TaskQueueType type) {
        DescribeTaskQueueRequest request = DescribeTaskQueueRequest.newBuilder()
                .setNamespace(connection.namespace())
                .setTaskQueue(TaskQueue.newBuilder().setName(connection.taskQueue()))
                .setTaskQueueType(type)
                .build();
        return connection
                .withDeadline(
                        LIMIT,
                        () -> connection
                                .client()
                                .getWorkflowServiceStubs()
                                .blockingStub()
                                .describeTaskQueue(request))
                .getPollersList()
                .stream()
                .map(poller -> {
                    var at = poller.getLastAccessTime();
                    return new Poller(
                            poller.getIdentity(), kind, Instant.ofEpochSecond(at.getSeconds(), at.getNanos()));
                });
    }
}
