package dev.registrar.admin;

import dev.registrar.operations.BatchView;
import dev.registrar.operations.ReplayOperations;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code compensation-batch}: shows, pauses, resumes or cancels a replay batch. */
final class CompensationBatchTask extends OperatorTask {

    private final ReplayOperations operations;

    CompensationBatchTask(ReplayOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "compensation-batch",
                        "Shows a batch of replays: per row WAITING, VERIFIED, STILL_FAILING, UNKNOWN, ALREADY_CLOSED or CANCELLED."
                                + " Actor and reason are needed for all but status.",
                        "batch",
                        "the batch id that compensation-replay answered; required",
                        "action",
                        "status (default), pause, resume (also one that stopped by itself; goes on with the rows that have"
                                + " no result yet) or cancel (for good)"),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        UUID id = parameters.requiredId("batch");
        String action = parameters.choice("action", "status", "pause", "resume", "cancel");
        BatchView batch = switch (action == null ? "status" : action) {
            case "pause" -> operations.pause(id, parameters.note());
            case "resume" -> operations.resume(id, parameters.note());
            case "cancel" -> operations.cancel(id, parameters.note());
            default -> operations.status(id);
        };
        return TaskAnswer.of(
                        batch.items(), "position", "id", "registrationId", "action", "state", "result", "errorCode")
                .with("batchId", batch.id())
                .with("state", batch.state())
                .with("note", batch.note())
                .with("rate", batch.rate())
                .with("verified", batch.verified())
                .with("stillFailing", batch.stillFailing())
                .with("unknown", batch.unknown())
                .with("alreadyClosed", batch.alreadyClosed())
                .with("cancelled", batch.cancelled())
                .with("waiting", batch.waiting())
                .with("createdAt", batch.createdAt())
                .with("finishedAt", batch.finishedAt())
                .with("next", next(batch));
    }

    /** What to call next; empty if the batch is running or everything is verified. */
    private static @Nullable String next(BatchView batch) {
        String anew = "a new compensation-replay does the rows that are still open";
        return switch (batch.state()) {
            case "PAUSED" -> "action=resume goes on";
            case "STOPPED" -> "action=resume goes on with the waiting rows; " + anew;
            case "DONE", "CANCELLED" -> batch.verified() + batch.alreadyClosed() == batch.total() ? null : anew;
            default -> null;
        };
    }
}
