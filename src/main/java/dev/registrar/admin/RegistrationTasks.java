package dev.registrar.admin;

import dev.registrar.operations.ErasureOperations;
import dev.registrar.operations.ErasureOperations.Erasure;
import dev.registrar.operations.InquiryOperations;
import dev.registrar.operations.InquiryOperations.InquiryView;
import dev.registrar.operations.RegistrationOperations;
import java.util.List;

/** Cancels and retries registrations, compares one with its providers and erases personal data. */
record RegistrationTasks(RegistrationOperations registrations, InquiryOperations inquiries, ErasureOperations erasure) {

    private static final TaskUsage CANCEL = TaskUsage.changing("registration-cancel", """
            Requests the cancellation of a registration that has not ended; completed steps are undone.
            id: the registration's id; required
            """ + TaskUsage.SEEN_SEQ);

    private static final TaskUsage RETRY = TaskUsage.changing("registration-retry", """
            Registers the user of a FAILED registration again, with the same request under a new id.\
             A repeated call returns the same new registration.
            id: the failed registration's id; required
            """ + TaskUsage.SEEN_SEQ);

    private static final TaskUsage INQUIRE =
            TaskUsage.auditing("registration-inquire", """
            Asks each provider what it holds for a registration now and compares that with our rows: agrees, differs,\
             no_answer (within 10 s) or not_asked. Changes nothing. Also shows the failed attempts.
            id: the registration's id; required
            """ + TaskUsage.SEEN_SEQ, "to see what the providers hold");

    private static final TaskUsage ERASE =
            TaskUsage.changing("erase", """
            Erases the personal data of a user for good: requests, account, resends, hashes and idempotency keys\
             of all the user's registrations. Amounts, transactions, undo work and audit stay under their\
             ids. Refused while anything of the user is in progress.
            userId: the user; this or id
            id: one of the user's registrations; this or userId
            """ + TaskUsage.SEEN_SEQ.strip() + "; only with id\n");

    List<OperatorTask> tasks(TaskPrinter printer) {
        return List.of(
                new OperatorTask(CANCEL, this::cancel, printer),
                new OperatorTask(RETRY, this::retry, printer),
                new OperatorTask(INQUIRE, this::inquire, printer),
                new OperatorTask(ERASE, this::erase, printer));
    }

    private TaskAnswer cancel(TaskParameters parameters) {
        return TaskAnswer.of(
                List.of(registrations.cancel(parameters.requiredId("id"), parameters.note())), "id userId status");
    }

    private TaskAnswer retry(TaskParameters parameters) throws InterruptedException {
        return TaskAnswer.of(
                List.of(registrations.retry(parameters.requiredId("id"), parameters.note())),
                "id userId status createdAt attemptOf");
    }

    private TaskAnswer inquire(TaskParameters parameters) throws InterruptedException {
        InquiryView inquiry = inquiries.inquire(parameters.requiredId("id"), parameters.note(INQUIRE.reason()));
        return TaskAnswer.of(inquiry.items(), "service verdict held ours reference amount currency provider answeredAt")
                .with("registrationId", inquiry.registrationId())
                .with("status", inquiry.status())
                .with("commandSeq", inquiry.commandSeq())
                .with("attempts", inquiry.attempts());
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
