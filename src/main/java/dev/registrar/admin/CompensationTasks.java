package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.BatchView;
import dev.registrar.operations.BatchView.BatchSummary;
import dev.registrar.operations.CompensationOperations;
import dev.registrar.operations.CompensationOperations.Listing;
import dev.registrar.operations.LedgerEntry;
import dev.registrar.operations.RefundOperations;
import dev.registrar.operations.RefundOperations.RefundAgainView;
import dev.registrar.operations.ReplayOperations;
import dev.registrar.operations.ReplayOperations.BatchListing;
import dev.registrar.operations.ReplayOperations.ChosenRow;
import dev.registrar.operations.ReplayOperations.Plan;
import dev.registrar.operations.UndoQuery;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Lists undo work, replays it, follows batches, closes rows by hand, and requests reversed refunds once more. */
record CompensationTasks(CompensationOperations compensations, ReplayOperations replays, RefundOperations refunds) {

    private static final String FILTER = """
            action: refund, delete_account, delete_profile, save_account or resolve_payment
            service: payment, database or profile
            errorCode: how the last attempt ended, for example payment_unavailable
            olderThan: only rows opened at least this long ago, for example 1 h
            registration: only rows of the registration with this id
            limit: maximum number of rows, 1 to 10000; default 100
            """;

    private static final TaskUsage LIST = TaskUsage.of("compensations", """
            Lists the undo work of all registrations, oldest first, and the money at risk.
            status: PLANNED, OPEN, RUNNING, DONE or RESOLVED; default all, unfinished rows first
            """ + FILTER);

    private static final TaskUsage REPLAY =
            TaskUsage.changing("compensation-replay", """
            Retries open undo work under the same keys and verifies it at the provider.\
             Shows the calls to be made; returns a batch id at once (see compensation-batch).
            id: one row, or up to 1000 separated by commas, in one batch; without it the filters select the rows
            status: only OPEN rows are replayed; status=OPEN alone selects all of them
            """ + FILTER + """
            dryRun: true only shows the plan; default true for a filter, false for ids
            rate: rows a second, 0.01 to 100; default 5
            """ + TaskUsage.SEEN_SEQ.strip() + """
            ; of several ids one number each, separated by commas; of a filter rows of one registration only
            """);

    private static final TaskUsage BATCH =
            TaskUsage.changing("compensation-batch", """
            Lists batches of replays and resends, or shows one: per item WAITING, VERIFIED, STILL_FAILING, UNKNOWN,\
             ALREADY_CLOSED or CANCELLED. All actions but status need actor and reason.
            batch: the id that compensation-replay or notification-resend returned; without it batches are listed
            action: status (default), pause, resume (also a batch that stopped by itself; continues with items that have\
             no result yet) or cancel (for good)
            limit: maximum number of batches, 1 to 10000; default 100
            """).readingWithoutAction();

    private static final TaskUsage RESOLVE = TaskUsage.changing("compensation-resolve", """
            Closes a row because you vouch for it; then the next row opens, or the registration continues or ends.\
             For a resolve_payment row the gateway is asked once first. 409 while an attempt is under way.
            id: the row's id; required
            reference: evidence such as the gateway's transaction or a ticket; 1 to 200 characters; required
            outcome: charged, not_charged or refunded: required for resolve_payment, refused otherwise
            force: true closes the row even if the gateway contradicts the outcome
            """ + TaskUsage.SEEN_SEQ);

    private static final TaskUsage REFUND_AGAIN = TaskUsage.changing("refund-again", """
            Refunds once more what the provider had confirmed as refunded and reversed or failed later: in a new row, under a\
             new key, after two reads of the gateway that agree.
            id: the id of the row that is DONE; required
            """ + TaskUsage.SEEN_SEQ);

    List<OperatorTask> tasks(TaskPrinter printer) {
        return List.of(
                new OperatorTask(REFUND_AGAIN, this::refundAgain, printer),
                new OperatorTask(LIST, this::list, printer),
                new OperatorTask(REPLAY, this::replay, printer),
                new OperatorTask(BATCH, this::batch, printer),
                new OperatorTask(RESOLVE, this::resolve, printer));
    }

    private TaskAnswer list(TaskParameters parameters) {
        Listing listing = compensations.list(query(parameters));
        String columns =
                "id registrationId action state amount currency attempts lastErrorCode openedAt nextTryAt reference"
                        + " closedBy commandSeq";
        return TaskAnswer.of(listing.items(), columns)
                .of(listing.total())
                .with("atRisk", listing.atRisk())
                .with("allOpenRows", listing.openRows())
                .with("allAtRisk", listing.openAtRisk());
    }

    private static UndoQuery query(TaskParameters parameters) {
        return new UndoQuery(
                parameters.text("status"),
                parameters.text("action"),
                parameters.text("service"),
                parameters.text("errorCode"),
                parameters.duration("olderThan"),
                parameters.id("registration"),
                parameters.number("limit", UndoQuery.DEFAULT_LIMIT));
    }

    private TaskAnswer replay(TaskParameters parameters) {
        List<ChosenRow> chosen = chosen(parameters);
        boolean dryRun = Objects.requireNonNullElse(parameters.flag("dryRun"), chosen.isEmpty());
        BigDecimal rate = rate(parameters);
        Plan plan = dryRun ? plan(chosen, parameters) : replay(chosen, rate, parameters);
        return TaskAnswer.of(plan.items(), "id registrationId action state amount currency call idempotencyKey")
                .of(plan.total())
                .with("dryRun", dryRun)
                .with("batchId", plan.batchId())
                .with("atRisk", plan.atRisk())
                .with("next", next(plan, dryRun));
    }

    /** The rows that are named; none if a filter selects them. */
    private static List<ChosenRow> chosen(TaskParameters parameters) {
        List<UUID> ids = parameters.ids("id");
        if (ids.isEmpty()) {
            return List.of();
        }
        if (List.of("status", "action", "service", "errorCode", "olderThan", "registration", "limit").stream()
                .anyMatch(parameters::has)) {
            throw new UsageException("id: rows, or a filter, not both.");
        }
        if (ids.size() > ReplayOperations.MOST_CHOSEN) {
            throw new UsageException("id: at most " + ReplayOperations.MOST_CHOSEN + ".");
        }
        List<Integer> seen = parameters.numbers("seenSeq");
        if (!seen.isEmpty() && seen.size() != ids.size()) {
            throw new UsageException("seenSeq: as many numbers as ids.");
        }
        return IntStream.range(0, ids.size())
                .mapToObj(i -> new ChosenRow(ids.get(i), seen.isEmpty() ? null : seen.get(i)))
                .toList();
    }

    private Plan plan(List<ChosenRow> chosen, TaskParameters parameters) {
        return chosen.isEmpty() ? replays.planMany(query(parameters)) : replays.planRows(chosen);
    }

    /** Read in a dry run too, so that the same call without it is not refused. */
    static BigDecimal rate(TaskParameters parameters) {
        BigDecimal rate = parameters.decimal("rate", ReplayOperations.DEFAULT_RATE);
        ReplayOperations.requireRate(rate);
        return rate;
    }

    private Plan replay(List<ChosenRow> chosen, BigDecimal rate, TaskParameters parameters) {
        return chosen.isEmpty()
                ? replays.replayMany(query(parameters), rate, parameters.note())
                : replays.replayRows(chosen, rate, parameters.noteOfSeveral());
    }

    /** What to call next; null if there is nothing to replay. */
    private static @Nullable String next(Plan plan, boolean dryRun) {
        if (plan.items().isEmpty()) {
            return null;
        }
        return dryRun
                ? "nothing is done yet; the same with dryRun=false, actor and reason does it"
                : "POST /tasks/compensation-batch?batch=" + plan.batchId() + " shows how it goes";
    }

    private TaskAnswer batch(TaskParameters parameters) {
        UUID id = parameters.id("batch");
        String action = parameters.choice("action", "status", "pause", "resume", "cancel");
        if (id == null) {
            return batches(action, parameters.number("limit", UndoQuery.DEFAULT_LIMIT));
        }
        if (parameters.has("limit")) {
            throw new UsageException("limit: only without batch.");
        }
        BatchView view = switch (action == null ? "status" : action) {
            case "pause" -> replays.pause(id, parameters.note());
            case "resume" -> replays.resume(id, parameters.note());
            case "cancel" -> replays.cancel(id, parameters.note());
            default -> replays.status(id);
        };
        BatchSummary batch = view.summary();
        boolean replay = batch.kind().equals("replay");
        return TaskAnswer.of(
                        view.items(),
                        replay
                                ? "position id registrationId action state result errorCode"
                                : "position registrationId channels result errorCode")
                .with("batchId", batch.batchId())
                .with("kind", batch.kind())
                .with("state", batch.state())
                .with("note", batch.note())
                .with("rate", batch.rate())
                .with("verified", batch.verified())
                .with("stillFailing", batch.stillFailing())
                .with("unknown", batch.unknown())
                .with("alreadyClosed", batch.alreadyClosed())
                .with("cancelled", batch.cancelled())
                .with("waiting", batch.waiting())
                .with("createdAt", batch.createdAt())
                .with("finishedAt", batch.finishedAt())
                .with("actor", batch.actor())
                .with("reason", batch.reason())
                .with("next", next(batch));
    }

    private TaskAnswer batches(@Nullable String action, int limit) {
        if (action != null && !action.equals("status")) {
            throw new UsageException("batch: missing.");
        }
        BatchListing listing = replays.list(limit);
        String columns = "batchId kind state rate total verified stillFailing unknown alreadyClosed cancelled waiting"
                + " createdAt finishedAt actor reason note";
        return TaskAnswer.of(listing.items(), columns).of(listing.total());
    }

    /** What to call next; null if the batch is running or everything is verified. */
    private static @Nullable String next(BatchSummary batch) {
        String anew = batch.kind().equals("replay")
                ? "a new compensation-replay does the rows that are still open"
                : "a new notification-resend sends what still fails";
        return switch (batch.state()) {
            case "PAUSED" -> "action=resume continues";
            case "STOPPED" -> "action=resume continues with the waiting items; " + anew;
            case "DONE", "CANCELLED" -> batch.verified() + batch.alreadyClosed() == batch.total() ? null : anew;
            default -> null;
        };
    }

    private TaskAnswer refundAgain(TaskParameters parameters) throws InterruptedException {
        RefundAgainView again = refunds.again(parameters.requiredId("id"), parameters.note());
        String rows = "POST /tasks/compensations?registration=" + again.registrationId();
        return TaskAnswer.of(
                        again.items(),
                        "id registrationId action state amount currency attempts lastErrorCode reference commandSeq")
                .with("state", again.items().isEmpty() ? "WAITING" : "OPENED")
                .with(
                        "next",
                        again.items().isEmpty()
                                ? "the gateway is read a second time; " + rows + " shows the new row after that"
                                : rows + " shows how it goes");
    }

    private TaskAnswer resolve(TaskParameters parameters) throws InterruptedException {
        LedgerEntry row = compensations.resolve(
                parameters.requiredId("id"),
                parameters.required("reference"),
                parameters.choice("outcome", "charged", "not_charged", "refunded"),
                Boolean.TRUE.equals(parameters.flag("force")),
                parameters.note());
        return TaskAnswer.of(List.of(row), "id registrationId action state amount currency closedAt closedBy");
    }
}
