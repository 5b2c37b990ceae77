package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.compensation.CompensationLedger.BatchItem;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.Batches.Batch;
import dev.registrar.store.Batches.MessageItem;
import dev.registrar.store.Batches.Result;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch as operators see it.
 *
 * @param items {@link BatchItemView} if rows of undo work are replayed, {@link MessageItemView} if messages are resent
 */
public record BatchView(BatchSummary summary, List<?> items) {

    /**
     * The batch without its items.
     *
     * @param kind {@code replay} or {@code resend}
     * @param state {@code RUNNING, PAUSED, STOPPED} (by itself, see the note; can be resumed), {@code CANCELLED, DONE}
     * @param rate items a second, at most
     * @param waiting items without a result yet
     */
    public record BatchSummary(
            UUID batchId,
            String kind,
            String state,
            @Nullable String note,
            BigDecimal rate,
            int total,
            int verified,
            int stillFailing,
            int unknown,
            int alreadyClosed,
            int cancelled,
            int waiting,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant finishedAt,
            String actor,
            String reason) {

        static BatchSummary of(Batch batch) {
            int judged = batch.results().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            return new BatchSummary(
                    batch.id(),
                    batch.kind().code(),
                    batch.state().name(),
                    batch.note(),
                    batch.rate(),
                    batch.total(),
                    count(batch, Result.VERIFIED),
                    count(batch, Result.STILL_FAILING),
                    count(batch, Result.UNKNOWN),
                    count(batch, Result.ALREADY_CLOSED),
                    count(batch, Result.CANCELLED),
                    batch.total() - judged,
                    batch.createdAt(),
                    batch.updatedAt(),
                    batch.finishedAt(),
                    batch.actor(),
                    batch.reason());
        }

        private static int count(Batch batch, Result result) {
            return batch.results().getOrDefault(result, 0);
        }
    }

    /** @param result {@code WAITING, VERIFIED, STILL_FAILING, UNKNOWN, ALREADY_CLOSED, CANCELLED} */
    public record BatchItemView(
            int position,
            @JsonUnwrapped LedgerEntry entry,
            String result,
            @Nullable String errorCode) {

        static BatchItemView of(BatchItem item) {
            String result = item.result() == null ? "WAITING" : item.result();
            return new BatchItemView(item.position(), LedgerEntry.of(item.row()), result, item.errorCode());
        }
    }

    /**
     * @param channels the messages to resend
     * @param result {@code VERIFIED} once the provider has accepted all of them, otherwise as for rows
     */
    public record MessageItemView(
            int position,
            RegistrationId registrationId,
            List<Step> channels,
            String result,
            @Nullable String errorCode) {

        static MessageItemView of(MessageItem item) {
            Result result = item.result();
            return new MessageItemView(
                    item.position(),
                    item.registration(),
                    item.channels(),
                    result == null ? "WAITING" : result.name(),
                    item.errorCode());
        }
    }

    static BatchView ofRows(Batch batch, List<BatchItem> rows) {
        return new BatchView(
                BatchSummary.of(batch), rows.stream().map(BatchItemView::of).toList());
    }

    static BatchView ofMessages(Batch batch, List<MessageItem> messages) {
        return new BatchView(
                BatchSummary.of(batch),
                messages.stream().map(MessageItemView::of).toList());
    }
}
