package dev.registrar.admin;

import dev.registrar.operations.RegistrationOperations;
import java.util.List;

/** {@code registration-retry}: tries a failed registration again. */
final class RegistrationRetryTask extends OperatorTask {

    private final RegistrationOperations operations;

    RegistrationRetryTask(RegistrationOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "registration-retry",
                        "Registers the user of a FAILED registration again, with the same request under a new id."
                                + " Asked twice it answers with the same new one.",
                        "id",
                        "the failed registration's id; required"),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        return TaskAnswer.of(
                List.of(operations.retry(parameters.requiredId("id"), parameters.note())),
                "id",
                "userId",
                "status",
                "createdAt",
                "attemptOf");
    }
}
