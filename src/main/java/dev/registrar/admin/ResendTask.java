package dev.registrar.admin;

import dev.registrar.admin.TaskUsage.UsageException;
import dev.registrar.operations.ResendBatchOperations;
import dev.registrar.operations.ResendBatchOperations.MessagePlan;
import dev.registrar.operations.ResendBatchOperations.MessageQuery;
import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.ResendOperations.ResendRequest;
import dev.registrar.operations.ResendOperations.ResendView;
import dev.registrar.operations.UndoQuery;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Resends the welcome messages of one registration, or those of many that never succeeded. */
record ResendTask(ResendOperations resends, ResendBatchOperations batches) {

    private static final List<String> OF_ONE = List.of("n", "email", "phoneNumber", "locale", "seenSeq");
    private static final List<String> OF_MANY =
            List.of("errorCode", "service", "createdAfter", "createdBefore", "limit", "rate", "dryRun");

    static final TaskUsage USAGE = TaskUsage.changing("notification-resend", """
            Resends the welcome messages of a COMPLETED registration: those whose address is corrected,\
             else those that never succeeded, else both. The same n is the same message, sent once. Without id: of many\
             registrations what never succeeded, in a batch (see compensation-batch). Send addresses as a form: a query may\
             end up in a log.
            id: the registration's id; without it the filters select the messages
            n: which resend, 1 to the last + 1; default 1
            email: a corrected address; profile and account are updated too
            phoneNumber: a corrected number, E.164 (write + as %2B); profile and account are updated too
            locale: a corrected language such as de or pt-BR; profile and account are updated too
            """ + TaskUsage.SEEN_SEQ.strip() + """
            ; only with id
            errorCode: how the last attempt ended, for example sms_unavailable; default any but unknown: a message of\
             unknown outcome may have arrived and is sent again only if you name its code, such as sms_unknown
            service: email or sms
            createdAfter: only registrations accepted after this time, such as 2026-01-31T00:00:00Z
            createdBefore: only registrations accepted before this time
            limit: maximum number of registrations, 1 to 10000; default 100
            rate: registrations a second, 0.01 to 100; default 5
            dryRun: true (default for a filter) only shows the plan
            """);

    TaskAnswer run(TaskParameters parameters) throws InterruptedException {
        UUID id = parameters.id("id");
        for (String name : id == null ? OF_ONE : OF_MANY) {
            if (parameters.has(name)) {
                throw new UsageException(name + (id == null ? ": only with id." : ": not with id."));
            }
        }
        return id == null ? many(parameters) : one(id, parameters);
    }

    private TaskAnswer one(UUID id, TaskParameters parameters) throws InterruptedException {
        ResendRequest request = new ResendRequest(
                id,
                parameters.number("n", 1),
                parameters.text("email"),
                parameters.text("phoneNumber"),
                parameters.text("locale"));
        ResendView resend = resends.resend(request, parameters.note());
        return TaskAnswer.of(resend.items(), "name status reference errorCode")
                .failed(resend.failed())
                .with("registration", resend.registrationId())
                .with("n", resend.n())
                .with("state", resend.state());
    }

    private TaskAnswer many(TaskParameters parameters) {
        MessageQuery query = new MessageQuery(
                parameters.text("service"),
                parameters.text("errorCode"),
                parameters.time("createdAfter"),
                parameters.time("createdBefore"),
                parameters.number("limit", UndoQuery.DEFAULT_LIMIT));
        boolean dryRun = !Boolean.FALSE.equals(parameters.flag("dryRun"));
        BigDecimal rate = CompensationTasks.rate(parameters);
        MessagePlan plan = dryRun ? batches.plan(query) : batches.resend(query, rate, parameters.note());
        return TaskAnswer.of(plan.items(), "registrationId userId channels errorCodes createdAt")
                .of(plan.total())
                .with("dryRun", dryRun)
                .with("batchId", plan.batchId())
                .with("window", window(query))
                .with("unknownLeftOut", plan.unknown() == 0 ? null : plan.unknown())
                .with("next", next(plan, dryRun));
    }

    /** Which registrations were looked at: a plan without messages may be one of the wrong night. */
    private static String window(MessageQuery query) {
        Instant after = query.createdAfter();
        Instant before = query.createdBefore();
        if (after == null && before == null) {
            return "registrations of any time";
        }
        return "registrations accepted" + (after == null ? "" : " after " + after)
                + (before == null ? "" : " before " + before);
    }

    /** What to call next; null if there is nothing left to resend. */
    private static @Nullable String next(MessagePlan plan, boolean dryRun) {
        if (plan.items().isEmpty()) {
            return plan.unknown() == 0
                    ? null
                    : "errorCode=sms_unknown or email_unknown selects those left out, which may have arrived";
        }
        return dryRun
                ? "nothing is done yet; the same with dryRun=false, actor and reason does it"
                : "POST /tasks/compensation-batch?batch=" + plan.batchId() + " shows how it goes";
    }
}
