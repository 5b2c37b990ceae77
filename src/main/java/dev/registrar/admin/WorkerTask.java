package dev.registrar.admin;

import dev.registrar.operations.WorkerOperations;
import java.util.List;

/** {@code worker}: the Temporal worker of this instance. */
final class WorkerTask extends OperatorTask {

    private final WorkerOperations operations;

    WorkerTask(WorkerOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "worker",
                        "Shows, pauses or resumes this instance's worker. Registrations are still accepted while it is paused."
                                + " Actor and reason are needed for all but status.",
                        "action",
                        "status (default), pause (PAUSING until the calls under way have ended, then PAUSED) or resume"),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        String action = parameters.choice("action", "status", "pause", "resume");
        return TaskAnswer.of(
                List.of(
                        switch (action == null ? "status" : action) {
                            case "pause" -> operations.pause(parameters.note());
                            case "resume" -> operations.resume(parameters.note());
                            default -> operations.status();
                        }),
                "taskQueue",
                "namespace",
                "state",
                "temporalReachable");
    }
}
