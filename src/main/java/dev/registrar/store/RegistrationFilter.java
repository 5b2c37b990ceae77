package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which registrations to list, newest first.
 *
 * @param caller only this caller's; absent for all
 * @param errorCode only with this code among the errors of its steps or of its open undo work; see {@link #isErrorCode}
 * @param after only registrations that follow this position in the list
 */
public record RegistrationFilter(
        @Nullable String caller,
        @Nullable RegistrationStatus status,
        @Nullable String userId,
        @Nullable String errorCode,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        @Nullable Position after,
        int limit) {

    private static final Pattern ERROR_CODE = Pattern.compile("[a-z0-9_]{1,100}");

    /** Whether a step or an undo can have this error code at all. */
    public static boolean isErrorCode(String text) {
        return ERROR_CODE.matcher(text).matches();
    }

    /** The place of one registration in the list. */
    public record Position(Instant createdAt, RegistrationId id) {}
}
