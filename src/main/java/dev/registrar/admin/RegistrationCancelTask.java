package dev.registrar.admin;

import dev.registrar.operations.RegistrationOperations;
import java.util.List;

/** {@code registration-cancel}: cancels a registration at any step. */
final class RegistrationCancelTask extends OperatorTask {

    private final RegistrationOperations operations;

    RegistrationCancelTask(RegistrationOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "registration-cancel",
                        "Asks for the cancel of a registration that has not ended; what was done is undone.",
                        "id",
                        "the registration's id; required",
                        "seenSeq",
                        TaskUsage.SEEN_SEQ),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        return TaskAnswer.of(
                List.of(operations.cancel(parameters.requiredId("id"), parameters.note())), "id", "userId", "status");
    }
}
