package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationView;
import dev.registrar.model.RegistrationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger as operators see it: the object of the REST interface and its registration.
 *
 * @param attemptUntil until when an attempt may be under way; absent if none is
 * @param commandSeq how many commands its registration has received: to be passed back as {@code seenSeq}
 */
public record LedgerEntry(
        @JsonUnwrapped CompensationView row,
        RegistrationId registrationId,
        @Nullable Instant attemptUntil,
        int commandSeq) {

    static LedgerEntry of(Compensation row) {
        return new LedgerEntry(CompensationView.of(row), row.registrationId(), row.attemptUntil(), row.commandSeq());
    }
}
