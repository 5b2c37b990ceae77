package dev.registrar.compensation;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger of undo work.
 *
 * @param reference the provider's id of what is undone
 * @param idempotencyKey the key sent to the provider; empty if the call is conditional instead
 * @param amount money at risk while the row is open; absent if there is none
 * @param attemptUntil until when an attempt may be under way; absent if none is
 * @param nextTryAt when it is retried automatically; absent if it is not
 * @param closedBy {@code provider} or {@code operator}; absent while it is open
 * @param commandSeq how many commands its registration has received
 */
public record Compensation(
        UUID id,
        RegistrationId registrationId,
        UndoAction action,
        UndoState state,
        @Nullable String reference,
        String idempotencyKey,
        @Nullable Money amount,
        int attempts,
        @Nullable String lastErrorCode,
        @Nullable Instant attemptUntil,
        Instant openedAt,
        @Nullable Instant nextTryAt,
        @Nullable Instant closedAt,
        @Nullable String closedBy,
        int commandSeq) {

    static final String COLUMNS = """
            c.id, c.registration_id, c.action,
            CASE WHEN c.state = 'OPEN' AND c.attempt_until > now() THEN 'RUNNING' ELSE c.state END AS state,
            c.reference, c.idempotency_key, c.amount, c.currency, c.attempts, c.last_error_code,
            CASE WHEN c.attempt_until > now() THEN c.attempt_until END AS attempt_until, c.opened_at,
            CASE WHEN c.state = 'OPEN' AND NOT r.attending AND NOT r.held THEN r.attend_at END AS next_try_at,
            c.closed_at, c.closed_by, r.command_seq
            """;
}
