package dev.registrar.admin;

import dev.registrar.operations.CompensationOperations;
import java.util.List;

/** {@code compensation-resolve}: closes a row by hand. */
final class CompensationResolveTask extends OperatorTask {

    private final CompensationOperations operations;

    CompensationResolveTask(CompensationOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.changing(
                        "compensation-resolve",
                        "Closes a row because you vouch for it; the next row opens, or the registration goes on or"
                                + " ends. For a resolve_payment row the gateway is asked once first. 409 while an attempt is under way.",
                        "id",
                        "the row's id; required",
                        "reference",
                        "what proves it: the gateway's transaction, a ticket; 1 to 200 characters; required",
                        "outcome",
                        "charged, not_charged or refunded: required for resolve_payment, refused otherwise",
                        "force",
                        "true: closes the row although the gateway says otherwise",
                        "seenSeq",
                        TaskUsage.SEEN_SEQ),
                printer);
        this.operations = operations;
    }

    @Override
    TaskAnswer run(TaskParameters parameters) throws InterruptedException {
        return TaskAnswer.of(
                List.of(operations.resolve(
                        parameters.requiredId("id"),
                        parameters.required("reference"),
                        parameters.choice("outcome", "charged", "not_charged", "refunded"),
                        Boolean.TRUE.equals(parameters.flag("force")),
                        parameters.note())),
                "id",
                "registrationId",
                "action",
                "state",
                "amount",
                "currency",
                "closedAt",
                "closedBy");
    }
}
