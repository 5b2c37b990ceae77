package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.BreakerOperations;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import java.time.Duration;
import java.util.List;

/** {@code circuit-breakers}: shows and forces circuit breakers. */
final class CircuitBreakersTask extends OperatorTask {

    private final BreakerOperations operations;

    CircuitBreakersTask(BreakerOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "circuit-breakers",
                        "Lists the circuit breakers of this instance, or forces them on all instances within 5 s."
                                + " Without action it only lists, and needs no actor and no reason.",
                        "service",
                        "profile, payment (with an action: the charge only), email or sms, or one breaker such as payment-find;"
                                + " required with action",
                        "action",
                        "force-open (nothing is called), force-closed (everything is) or reset (on its own, closed)",
                        "for",
                        "how long it is forced, PT1S to PT24H; default PT10M; it ends by itself"),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        return TaskAnswer.of(breakers(parameters), "service", "state", "until", "calls", "failed", "slow");
    }

    private List<BreakerEntry> breakers(TaskParameters parameters) {
        String service = parameters.text("service");
        String action = parameters.choice("action", "force-open", "force-closed", "reset");
        if (action == null) {
            if (parameters.has("for")) {
                throw new UsageException("for: only with an action.");
            }
            return service == null ? operations.list() : operations.list(service);
        }
        String forced = parameters.required("service");
        Duration asked = parameters.duration("for");
        Duration hold = asked == null ? BreakerOperations.DEFAULT_HOLD : asked;
        return switch (action) {
            case "force-open" -> operations.forceOpen(forced, hold, parameters.note());
            case "force-closed" -> operations.forceClosed(forced, hold, parameters.note());
            default -> operations.reset(forced, parameters.note());
        };
    }
}
