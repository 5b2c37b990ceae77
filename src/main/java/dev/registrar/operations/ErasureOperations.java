package dev.registrar.operations;

import dev.registrar.model.RegistrationId;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.TemporalConnection.TemporalUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Erases what is kept of a person. Amounts, transactions, undo work and audit stay, under the opaque ids that they always had.
 * Thread-safe.
 */
public final class ErasureOperations {

    private final PersonalData data;
    private final TemporalConnection temporal;
    private final AuditLog audit;
    private final Clock clock;

    public ErasureOperations(PersonalData data, TemporalConnection temporal, AuditLog audit, Clock clock) {
        this.data = data;
        this.temporal = temporal;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What was erased, now or earlier.
     *
     * @param items the user's registrations; may be empty where only an account is left
     * @param temporal until when Temporal keeps its encrypted histories; one sentence
     */
    public record Erasure(String userId, List<ErasedRegistration> items, String temporal) {}

    /** A registration without personal data. */
    public record ErasedRegistration(RegistrationId id, String userId, String status, Instant erasedAt) {}

    /**
     * Erases the personal data of a user. Refused where one of the user's registrations has not ended, undo work is open or a
     * resend is under way: they need the data. Asked twice, the second time changes nothing.
     *
     * @param userId the user; or absent, with {@code registration}
     * @param registration one of the user's registrations
     */
    public Erasure erase(@Nullable String userId, @Nullable UUID registration, OperatorNote note) {
        if ((userId == null) == (registration == null)) {
            throw OperationRefusedException.invalid("userId or id: exactly one of them is needed.");
        }
        String user = registration == null ? String.valueOf(userId) : userOf(registration);
        Entry entry = new Entry("erase", "user:" + user, Map.of());
        audit.changing(note, entry, () -> data.erase(user, clock.instant()), erased -> erased);
        return new Erasure(user, data.erased(user), kept());
    }

    private String userOf(UUID registration) {
        return data.userOf(registration)
                .orElseThrow(() -> OperationRefusedException.unknown("registration " + registration));
    }

    /** All workflows that had the data have closed, so the server's retention runs already. */
    private String kept() {
        try {
            Optional<Duration> retention = temporal.retention();
            return retention
                    .map(time -> "encrypted histories are kept until "
                            + clock.instant().plus(time).truncatedTo(ChronoUnit.SECONDS) + " at the latest (retention "
                            + time.toHours() + " h)")
                    .orElse("encrypted histories are in the memory of this process and go when it ends");
        } catch (TemporalUnavailableException e) {
            return "Temporal does not answer: encrypted histories are kept for the retention of the namespace "
                    + temporal.namespace();
        }
    }
}
