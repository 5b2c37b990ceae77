package dev.registrar.operations;

import dev.registrar.compensation.CompensationLedger.CompensationFilter;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An operator's filter for undo work, as typed. Absent components do not restrict it.
 *
 * @param status {@code PLANNED, OPEN, RUNNING, DONE, RESOLVED}, case-insensitive
 * @param action {@code refund, delete_account, delete_profile, resolve_payment}
 * @param service {@code profile, payment, database}
 * @param errorCode how the last attempt ended
 * @param olderThan opened at least this long ago
 * @param limit maximum number of rows, 1 to {@value #MAX_LIMIT}
 */
public record UndoQuery(
        @Nullable String status,
        @Nullable String action,
        @Nullable String service,
        @Nullable String errorCode,
        @Nullable Duration olderThan,
        @Nullable UUID registration,
        int limit) {

    public static final int DEFAULT_LIMIT = 100;
    public static final int MAX_LIMIT = 10_000;

    CompensationFilter filter(Instant now) {
        return filter(read("status", status, UndoState::valueOf, UndoState.values()), now);
    }

    /** Restricts the query to rows that can be replayed: open ones. */
    CompensationFilter openOnly(Instant now) {
        UndoState asked = read("status", status, UndoState::valueOf, UndoState.values());
        if (asked != null && asked != UndoState.OPEN) {
            throw OperationRefusedException.invalid("status: only OPEN rows can be replayed.");
        }
        return filter(UndoState.OPEN, now);
    }

    private CompensationFilter filter(@Nullable UndoState state, Instant now) {
        requireLimit(limit);
        return new CompensationFilter(
                state,
                read("action", action, UndoAction::of, UndoAction.values()),
                read("service", service, Step::of, Step.values()),
                errorCode(errorCode),
                registration == null ? null : new RegistrationId(registration),
                olderThan == null ? null : now.minus(olderThan),
                limit);
    }

    /** @throws OperationRefusedException if it is not 1 to {@value #MAX_LIMIT} */
    static void requireLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw OperationRefusedException.invalid("limit: 1 to " + MAX_LIMIT + ".");
        }
    }

    /** @throws OperationRefusedException if it has another form than error codes have */
    static @Nullable String errorCode(@Nullable String text) {
        if (text != null && !RegistrationFilter.isErrorCode(text)) {
            throw OperationRefusedException.invalid("errorCode: a code such as payment_unavailable.");
        }
        return text;
    }

    private static <T> @Nullable T read(String name, @Nullable String text, Function<String, T> reader, T[] possible) {
        if (text == null) {
            return null;
        }
        try {
            return reader.apply(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            String names = Arrays.stream(possible)
                    .map(value -> value instanceof UndoState
                            ? value.toString()
                            : String.valueOf(value).toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            throw OperationRefusedException.invalid(name + ": one of " + names + ".");
        }
    }
}
