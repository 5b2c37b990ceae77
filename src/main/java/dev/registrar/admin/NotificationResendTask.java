package dev.registrar.admin;

import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.ResendOperations.ResendRequest;
import dev.registrar.operations.ResendOperations.ResendView;

/** {@code notification-resend}: sends welcome messages again. */
final class NotificationResendTask extends OperatorTask {

    private final ResendOperations operations;

    NotificationResendTask(ResendOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "notification-resend",
                        "Sends the welcome messages of a COMPLETED registration again: those whose address is corrected,"
                                + " else those that never succeeded, else both. The same n is the same message, sent once."
                                + " Send addresses as a form: a query may end up in a log.",
                        "id",
                        "the registration's id; required",
                        "n",
                        "which resend, 1 to the last + 1; default 1",
                        "email",
                        "a corrected address; profile and account are updated too",
                        "phoneNumber",
                        "a corrected number, E.164 (write + as %2B); profile and account are updated too",
                        "seenSeq",
                        TaskUsage.SEEN_SEQ),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) throws InterruptedException {
        ResendView resend = operations.resend(
                new ResendRequest(
                        parameters.requiredId("id"),
                        parameters.number("n", 1),
                        parameters.text("email"),
                        parameters.text("phoneNumber")),
                parameters.note());
        return TaskAnswer.of(resend.items(), "name", "status", "reference", "errorCode")
                .failed(resend.failed())
                .with("registration", resend.registrationId())
                .with("n", resend.n())
                .with("state", resend.state());
    }
}
