package dev.registrar.admin;

import dev.registrar.operations.ErasureOperations;
import dev.registrar.operations.ErasureOperations.Erasure;
import dev.registrar.operations.RegistrationOperations;
import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.ResendOperations.ResendRequest;
import dev.registrar.operations.ResendOperations.ResendView;
import java.util.List;

/** Cancels and retries registrations, resends their messages and erases personal data. */
record RegistrationTasks(RegistrationOperations registrations, ResendOperations resends, ErasureOperations erasure) {

    private static final TaskUsage CANCEL = TaskUsage.changing("registration-cancel", """
            Requests the cancellation of a registration that has not ended; completed steps are undone.
            id: the registration's id; required
            """ + TaskUsage.SEEN_SEQ);

    private static final TaskUsage RETRY = TaskUsage.changing("registration-retry", """
            Registers the user of a FAILED registration again, with the same request under a new id.\
             A repeated call returns the same new registration.
            id: the failed registration's id; required
            """);

    private static final TaskUsage RESEND = TaskUsage.changing("notification-resend", """
            Resends the welcome messages of a COMPLETED registration: those whose address is corrected,\
             else those that never succeeded, else both. The same n is the same message, sent once.\
             Send addresses as a form: a query may end up in a log.
            id: the registration's id; required
            n: which resend, 1 to the last + 1; default 1
            email: a corrected address; profile and account are updated too
            phoneNumber: a corrected number, E.164 (write + as %2B); profile and account are updated too
            """ + TaskUsage.SEEN_SEQ);

    private static final TaskUsage ERASE = TaskUsage.changing("erase", """
            Erases the personal data of a user for good: requests, account, resends, hashes and idempotency keys\
             of all the user's registrations. Amounts, transactions, undo work and audit stay under their\
             ids. Refused while anything of the user is in progress.
            userId: the user; this or id
            id: one of the user's registrations; this or userId
            """);

    List<OperatorTask> tasks(TaskPrinter printer) {
        return List.of(
                new OperatorTask(CANCEL, this::cancel, printer),
                new OperatorTask(RETRY, this::retry, printer),
                new OperatorTask(RESEND, this::resend, printer),
                new OperatorTask(ERASE, this::erase, printer));
    }

    private TaskAnswer cancel(TaskParameters parameters) {
        return TaskAnswer.of(
                List.of(registrations.cancel(parameters.requiredId("id"), parameters.note())), "id userId status");
    }

    private TaskAnswer retry(TaskParameters parameters) {
        return TaskAnswer.of(
                List.of(registrations.retry(parameters.requiredId("id"), parameters.note())),
                "id userId status createdAt attemptOf");
    }

    private TaskAnswer resend(TaskParameters parameters) throws InterruptedException {
        ResendRequest request = new ResendRequest(
                parameters.requiredId("id"),
                parameters.number("n", 1),
                parameters.text("email"),
                parameters.text("phoneNumber"));
        ResendView resend = resends.resend(request, parameters.note());
        return TaskAnswer.of(resend.items(), "name status reference errorCode")
                .failed(resend.failed())
                .with("registration", resend.registrationId())
                .with("n", resend.n())
                .with("state", resend.state());
    }

    private TaskAnswer erase(TaskParameters parameters) {
        Erasure erased = erasure.erase(parameters.text("userId"), parameters.id("id"), parameters.note());
        return TaskAnswer.of(erased.items(), "id userId status erasedAt")
                .with("userId", erased.userId())
                .with("temporal", erased.temporal())
                .with(
                        "outside",
                        "the profile API, the payment gateway and the senders of messages keep what they have: ask for it there");
    }
}
