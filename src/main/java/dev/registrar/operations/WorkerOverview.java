package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.operations.WorkerOperations.WorkerEntry;
import dev.registrar.temporal.TaskQueuePollers;
import dev.registrar.temporal.TaskQueuePollers.Poller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workers on the task queue. Thread-safe. */
public final class WorkerOverview {

    private final WorkerOperations worker;
    private final TaskQueuePollers pollers;

    public WorkerOverview(WorkerOperations worker, TaskQueuePollers pollers) {
        this.worker = worker;
        this.pollers = pollers;
    }

    /** @param pollers of all instances; absent if Temporal cannot tell */
    public record Workers(
            InstanceWorker thisInstance, @Nullable List<Poller> pollers) {}

    public record InstanceWorker(@JsonUnwrapped WorkerEntry worker, String instance) {}

    /** @param instance how this instance calls itself */
    public Workers workers(String instance) {
        return new Workers(
                new InstanceWorker(worker.status(), instance), pollers.list().orElse(null));
    }
}
