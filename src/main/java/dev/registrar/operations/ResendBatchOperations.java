package dev.registrar.operations;

import dev.registrar.model.Step;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.registration.Resends;
import dev.registrar.registration.Resends.FailedFilter;
import dev.registrar.registration.Resends.FailedMessages;
import dev.registrar.registration.Resends.FailedPage;
import dev.registrar.store.Batches;
import dev.registrar.store.Batches.SelectedMessages;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Resends the messages of many registrations that never succeeded, in a batch whose commands are released over time.
 * A message that has succeeded before its turn comes is not sent again. Thread-safe.
 */
public final class ResendBatchOperations {

    private final Resends resends;
    private final Batches batches;
    private final AuditLog audit;

    public ResendBatchOperations(Resends resends, Batches batches, AuditLog audit) {
        this.resends = resends;
        this.batches = batches;
        this.audit = audit;
    }

    /**
     * An operator's filter, as typed. Absent components do not restrict it.
     *
     * @param service {@code email} or {@code sms}
     * @param errorCode how the last attempt ended; absent: any definite failure. Messages of unknown outcome may have
     *     arrived and are selected by their code only
     * @param limit maximum number of registrations, 1 to {@value UndoQuery#MAX_LIMIT}
     */
    public record MessageQuery(
            @Nullable String service,
            @Nullable String errorCode,
            @Nullable Instant createdAfter,
            @Nullable Instant createdBefore,
            int limit) {

        private FailedFilter filter() {
            UndoQuery.requireLimit(limit);
            return new FailedFilter(channel(), UndoQuery.errorCode(errorCode), createdAfter, createdBefore, limit);
        }

        private @Nullable Step channel() {
            if (service == null) {
                return null;
            }
            return switch (service) {
                case "email" -> Step.EMAIL;
                case "sms" -> Step.SMS;
                default -> throw OperationRefusedException.invalid("service: one of email, sms.");
            };
        }
    }

    /**
     * What a resend does or would do.
     *
     * @param batchId the batch that does it; absent if nothing is done
     * @param items oldest registration first, in the order of sending
     * @param total number of matching registrations, regardless of the limit
     * @param unknown messages of unknown outcome, of the same channel and time, that are left out because their code is not named
     */
    public record MessagePlan(@Nullable UUID batchId, List<FailedMessages> items, int total, int unknown) {}

    /** Returns what a resend of the matching messages would send. */
    public MessagePlan plan(MessageQuery query) {
        FailedFilter filter = query.filter();
        FailedPage failed = resends.failed(filter);
        return new MessagePlan(null, failed.items(), failed.total(), resends.leftOut(filter));
    }

    /** Resends the matching messages; creates no batch if there are none. */
    public MessagePlan resend(MessageQuery query, BigDecimal rate, OperatorNote note) {
        if (note.seenSeq() != null) {
            throw OperationRefusedException.invalid("seenSeq: only with id.");
        }
        ReplayOperations.requireRate(rate);
        FailedFilter filter = query.filter();
        FailedPage failed = resends.failed(filter);
        int unknown = resends.leftOut(filter);
        if (failed.items().isEmpty()) {
            return new MessagePlan(null, List.of(), 0, unknown);
        }
        UUID batchId = UUID.randomUUID();
        List<SelectedMessages> selection = failed.items().stream()
                .map(messages -> new SelectedMessages(messages.registrationId(), messages.channels()))
                .toList();
        Entry entry = new Entry(
                "notification-resend",
                ReplayOperations.subject(batchId),
                Map.of("items", selection.size(), "rate", rate));
        audit.changing(note, entry, () -> batches.createResend(batchId, note.sender(), rate, selection));
        return new MessagePlan(batchId, failed.items(), failed.total(), unknown);
    }
}
