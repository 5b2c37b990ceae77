package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.model.Money;
import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.store.RegistrationStatus;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The activities with which a batch of replays reads and writes its table. All are idempotent. */
@ActivityInterface
public interface ReplayRecords {

    /** The next item without a result, its registration's undo claimed for this batch, and how the batch stands. */
    NextItem nextItem(BatchReference request);

    /** Writes what was proved about an item, and gives its rows free. */
    void recordItem(ItemResult request);

    /** Writes that the batch has ended or stopped by itself. */
    void recordState(BatchState request);

    /** What the account of a registration has to hold, from the request as it was accepted. */
    AccountData accountData(AccountDataRequest request);

    record AccountDataRequest(RegistrationId registrationId) implements OfRegistration {}

    /**
     * @param profile absent where the request was erased
     * @param transactionId the payment behind the account, where the steps name it
     */
    record AccountData(
            @Nullable UserProfile profile, @Nullable String transactionId) {}

    record BatchReference(UUID batchId, Instant at) {}

    /**
     * @param item absent where none is left
     * @param left items without a result, this one included
     * @param recent results of the last ten items since the batch was last resumed, the newest first
     */
    record NextItem(ReplayState state, @Nullable Item item, int left, List<ReplayResult> recent) {}

    /**
     * @param claimed false where another batch, or the saga itself, is at this registration's undo
     * @param rows the registration's undo rows in order, closed ones included
     * @param resolve the item's own row where it is a {@code resolve_payment}
     */
    record Item(
            int position,
            UUID compensationId,
            RegistrationId registrationId,
            String userId,
            Money price,
            RegistrationStatus intendedEnd,
            boolean claimed,
            List<UndoRow> rows,
            @Nullable UndoRow resolve) {}

    record ItemResult(
            UUID batchId,
            int position,
            UUID compensationId,
            ReplayResult result,
            @Nullable String errorCode,
            Instant at) {}

    record BatchState(UUID batchId, ReplayState state, String note, Instant at) {}
}
