package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.compensation.CompensationLedger.BatchItem;
import dev.registrar.store.Batches.Batch;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A replay batch as operators see it.
 *
 * @param state {@code RUNNING, PAUSED, STOPPED} (by itself, see the note; can be resumed), {@code CANCELLED, DONE}
 * @param rate items a second, at most
 * @param waiting items without a result yet
 */
public record BatchView(
        UUID id,
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
        List<BatchItemView> items) {

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

    static BatchView of(Batch batch, List<BatchItem> rows) {
        List<BatchItemView> items = rows.stream().map(BatchItemView::of).toList();
        return new BatchView(
                batch.id(),
                batch.state().name(),
                batch.note(),
                batch.rate(),
                items.size(),
                count(items, "VERIFIED"),
                count(items, "STILL_FAILING"),
                count(items, "UNKNOWN"),
                count(items, "ALREADY_CLOSED"),
                count(items, "CANCELLED"),
                count(items, "WAITING"),
                batch.createdAt(),
                batch.updatedAt(),
                batch.finishedAt(),
                items);
    }

    private static int count(List<BatchItemView> items, String result) {
        return (int) items.stream().filter(item -> item.result().equals(result)).count();
    }
}
