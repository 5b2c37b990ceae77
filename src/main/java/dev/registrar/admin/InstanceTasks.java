package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.BreakerOperations;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import dev.registrar.operations.WorkerOperations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Shows and forces circuit breakers; pauses the Temporal worker of this instance. */
record InstanceTasks(BreakerOperations breakers, WorkerOperations worker) {

    private static final TaskUsage BREAKERS =
            TaskUsage.changing("circuit-breakers", """
            Lists the circuit breakers of this instance, or forces them on all instances within 5 s.\
             Without action it only lists and needs neither actor nor reason.
            service: profile, payment (with an action: the charge only), email or sms, or one breaker such as\
             payment-find; required with action
            action: force-open (no call passes), force-closed (every call passes) or reset (closed, automatic again)
            for: how long it is forced, 1 s to 24 h; default 10 min; then it is automatic again
            """).readingWithoutAction();

    private static final TaskUsage WORKER = TaskUsage.changing("worker", """
            Shows, pauses or resumes this instance's worker. Registrations are still accepted while it is paused.\
             All actions but status need actor and reason.
            action: status (default), pause (PAUSING until the calls under way have ended, then PAUSED) or resume
            """).readingWithoutAction();

    List<OperatorTask> tasks(TaskPrinter printer) {
        return List.of(
                new OperatorTask(BREAKERS, this::breakers, printer), new OperatorTask(WORKER, this::worker, printer));
    }

    private TaskAnswer breakers(TaskParameters parameters) {
        return TaskAnswer.of(entries(parameters), "service state until calls failed slow");
    }

    private List<BreakerEntry> entries(TaskParameters parameters) {
        String service = parameters.text("service");
        String action = parameters.choice("action", "force-open", "force-closed", "reset");
        if (parameters.has("for") && (action == null || action.equals("reset"))) {
            throw new UsageException("for: only with action=force-open or force-closed.");
        }
        if (action == null) {
            return service == null ? breakers.list() : breakers.list(service);
        }
        String forced = parameters.required("service");
        Duration hold = Objects.requireNonNullElse(parameters.duration("for"), BreakerOperations.DEFAULT_HOLD);
        return switch (action) {
            case "force-open" -> breakers.forceOpen(forced, hold, parameters.note());
            case "force-closed" -> breakers.forceClosed(forced, hold, parameters.note());
            default -> breakers.reset(forced, parameters.note());
        };
    }

    private TaskAnswer worker(TaskParameters parameters) {
        String action = parameters.choice("action", "status", "pause", "resume");
        var status = switch (action == null ? "status" : action) {
            case "pause" -> worker.pause(parameters.note());
            case "resume" -> worker.resume(parameters.note());
            default -> worker.status();
        };
        return TaskAnswer.of(List.of(status), "taskQueue namespace state temporalReachable");
    }
}
