package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Registration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registration in an operator's answer: as its row stands, without personal data.
 *
 * @param commandSeq how many commands it was left: to be given back as {@code seenSeq}
 * @param attemptOf the failed registration that this one tries again; only in the answer to a retry
 */
public record RegistrationEntry(
        RegistrationId id,
        String userId,
        String status,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt,
        int commandSeq,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable RegistrationId attemptOf) {

    static RegistrationEntry of(Registration row, @Nullable RegistrationId attemptOf) {
        return new RegistrationEntry(
                row.id(),
                row.userId(),
                row.status().name(),
                row.createdAt(),
                row.updatedAt(),
                row.finishedAt(),
                row.commandSeq(),
                attemptOf);
    }
}
