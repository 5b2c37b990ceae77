package dev.registrar.admin;

import dev.registrar.operations.CompensationOperations;
import dev.registrar.operations.CompensationOperations.Listing;
import dev.registrar.operations.UndoQuery;

/** {@code compensations}: lists undo work. */
final class CompensationsTask extends OperatorTask {

    static final String[] SELECTION = {
        "status", "PLANNED, OPEN, RUNNING, DONE or RESOLVED; default all, what is still to be done first",
        "action", "refund, delete_account, delete_profile, save_account or resolve_payment",
        "service", "payment, database or profile",
        "olderThan", "only rows opened at least so long ago, for example PT1H",
        "registration", "only rows of the registration with this id",
        "limit", "at most so many rows, 1 to 1000; default 100"
    };

    private final CompensationOperations operations;

    CompensationsTask(CompensationOperations operations, TaskPrinter printer) {
        super(
                TaskUsage.of(
                        "compensations",
                        "Lists undo work that the sagas left behind, oldest first, and the money at risk.",
                        SELECTION),
                printer);
        this.operations = operations;
    }

    static UndoQuery query(TaskParameters parameters) {
        return new UndoQuery(
                parameters.text("status"),
                parameters.text("action"),
                parameters.text("service"),
                parameters.duration("olderThan"),
                parameters.id("registration"),
                parameters.number("limit", UndoQuery.DEFAULT_LIMIT));
    }

    @Override
    TaskAnswer run(TaskParameters parameters) {
        Listing listing = operations.list(query(parameters));
        return TaskAnswer.of(
                        listing.items(),
                        "id",
                        "registrationId",
                        "action",
                        "state",
                        "amount",
                        "currency",
                        "attempts",
                        "lastErrorCode",
                        "openedAt",
                        "reference",
                        "closedBy",
                        "commandSeq")
                .with("atRisk", listing.atRisk())
                .with("allOpenRows", listing.openRows())
                .with("allAtRisk", listing.openAtRisk());
    }
}
