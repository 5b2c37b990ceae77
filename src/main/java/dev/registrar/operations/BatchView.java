package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.compensation.ReplayBatch;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch of replays as operators see it.
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
        int waiting,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt,
        List<BatchItemView> items) {

    /** @param result {@code VERIFIED, STILL_FAILING, UNKNOWN}; absent where it was not yet replayed */
    public record BatchItemView(
            int position,
            @JsonUnwrapped LedgerEntry entry,
            @Nullable String result,
            @Nullable String errorCode) {}

    static BatchView of(ReplayBatch batch) {
        return new BatchView(
                batch.id(),
                batch.state().name(),
                batch.note(),
                batch.rate(),
                batch.total(),
                batch.verified(),
                batch.stillFailing(),
                batch.unknown(),
                batch.waiting(),
                batch.createdAt(),
                batch.updatedAt(),
                batch.finishedAt(),
                batch.items().stream()
                        .map(item -> new BatchItemView(
                                item.position(),
                                LedgerEntry.of(item.row()),
                                item.result() == null ? null : item.result().name(),
                                item.errorCode()))
                        .toList());
    }
}
