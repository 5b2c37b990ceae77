package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which registrations to list, newest first.
 *
 * @param caller only this caller's; absent for all
 * @param after only registrations that follow this position in the list
 */
public record RegistrationFilter(
        @Nullable String caller,
        @Nullable RegistrationStatus status,
        @Nullable String userId,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        @Nullable Position after,
        int limit) {

    /** The place of one registration in the list. */
    public record Position(Instant createdAt, RegistrationId id) {}
}
