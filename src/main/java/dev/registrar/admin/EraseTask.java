package dev.registrar.admin;

import dev.registrar.operations.ErasureOperations;
import dev.registrar.operations.ErasureOperations.Erasure;

/** {@code erase}: erases the personal data of a user. */
final class EraseTask extends OperatorTask {

    private static final String OUTSIDE =
            "the profile API, the payment gateway and the senders of messages keep what they have: ask for it there";

    private final ErasureOperations operations;

    EraseTask(ErasureOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "erase",
                        "Erases the personal data of a user for good: requests, account, resends, hashes and idempotency keys"
                                + " of all the user's registrations. Amounts, transactions, undo work and audit stay under their"
                                + " ids. Refused where something of the user is not over.",
                        "userId",
                        "the user; this or id",
                        "id",
                        "one of the user's registrations; this or userId"),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        Erasure erasure = operations.erase(parameters.text("userId"), parameters.id("id"), parameters.note());
        return TaskAnswer.of(erasure.items(), "id", "userId", "status", "erasedAt")
                .with("userId", erasure.userId())
                .with("temporal", erasure.temporal())
                .with("outside", OUTSIDE);
    }
}
