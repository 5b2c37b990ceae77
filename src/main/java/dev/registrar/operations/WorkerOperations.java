package dev.registrar.operations;

import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.TemporalWorker;
import dev.registrar.temporal.TemporalWorker.State;
import java.util.Map;

/** The Temporal worker of this instance. Thread-safe. */
public final class WorkerOperations {

    private final TemporalWorker worker;
    private final TemporalConnection connection;
    private final AuditLog audit;

    public WorkerOperations(TemporalWorker worker, TemporalConnection connection, AuditLog audit) {
        this.worker = worker;
        this.connection = connection;
        this.audit = audit;
    }

    /** @param state {@code DISABLED, CONNECTING, POLLING, PAUSING, PAUSED, STOPPED} */
    public record WorkerEntry(String taskQueue, String namespace, String state, boolean temporalReachable) {}

    public WorkerEntry status() {
        return new WorkerEntry(
                connection.taskQueue(), connection.namespace(), worker.state().name(), connection.isReachable());
    }

    /**
     * Suspends polling and starts no further calls; those under way complete. Other instances continue. Lasts until
     * resumed or until the process ends.
     */
    public WorkerEntry pause(OperatorNote note) {
        requireAlive();
        if (!isPaused()) {
            audit.changing(note, entry("pause"), worker::pause);
        }
        return status();
    }

    public WorkerEntry resume(OperatorNote note) {
        requireAlive();
        if (isPaused()) {
            audit.changing(note, entry("resume"), worker::resume);
        }
        return status();
    }

    /** Whether it is paused, or will be once the calls under way have ended. */
    public boolean isPaused() {
        return worker.state() == State.PAUSING || worker.state() == State.PAUSED;
    }

    private Entry entry(String what) {
        return new Entry("worker", "worker:" + connection.client().getOptions().getIdentity(), Map.of("action", what));
    }

    private void requireAlive() {
        if (worker.state() == State.DISABLED) {
            throw OperationRefusedException.wrongState(
                    "This instance runs no workflows: temporal.worker.enabled is false.");
        }
        if (worker.state() == State.STOPPED) {
            throw OperationRefusedException.wrongState("The worker has stopped: this instance is shutting down.");
        }
    }
}
