package dev.registrar.compensation;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger of undo work.
 *
 * @param reference what is undone, in the provider's name for it
 * @param amount money at risk while the row is open; absent where none is
 * @param intendedEnd how the registration ends when its last row closes
 * @param closedBy {@code provider} or {@code operator}; absent while it is open
 */
public record Compensation(
        UUID id,
        RegistrationId registrationId,
        UndoAction action,
        UndoState state,
        @Nullable String reference,
        @Nullable Money amount,
        RegistrationStatus intendedEnd,
        int attempts,
        @Nullable String lastErrorCode,
        @Nullable Instant firstFailedAt,
        @Nullable Instant lastFailedAt,
        Instant openedAt,
        @Nullable Instant closedAt,
        @Nullable String closedBy) {}
