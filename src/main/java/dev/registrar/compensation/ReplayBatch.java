package dev.registrar.compensation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch of replays as operators see it.
 *
 * @param rate items a second, at most
 */
public record ReplayBatch(
        UUID id,
        ReplayState state,
        @Nullable String note,
        BigDecimal rate,
        int total,
        int verified,
        int stillFailing,
        int unknown,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt,
        List<BatchItem> items) {

    /** @param result absent where it was not yet replayed */
    public record BatchItem(
            int position,
            Compensation row,
            @Nullable ReplayResult result,
            @Nullable String errorCode) {}

    /** Items that have no result yet. */
    public int waiting() {
        return total - verified - stillFailing - unknown;
    }
}
