package dev.registrar.compensation;

import dev.registrar.model.Money;
import dev.registrar.model.Step;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One undo as clients, operators and scripts see it. */
public record CompensationView(
        UUID id,
        UndoAction action,
        Step service,
        UndoState state,
        @Nullable String reference,
        @Nullable BigDecimal amount,
        @Nullable String currency,
        int attempts,
        @Nullable String lastErrorCode,
        Instant openedAt,
        @Nullable Instant nextTryAt,
        @Nullable Instant closedAt,
        @Nullable String closedBy) {

    public static CompensationView of(Compensation row) {
        Money amount = row.amount();
        return new CompensationView(
                row.id(),
                row.action(),
                row.action().service(),
                row.state(),
                row.reference(),
                amount == null ? null : amount.amount(),
                amount == null ? null : amount.currency(),
                row.attempts(),
                row.lastErrorCode(),
                row.openedAt(),
                row.nextTryAt(),
                row.closedAt(),
                row.closedBy());
    }
}
