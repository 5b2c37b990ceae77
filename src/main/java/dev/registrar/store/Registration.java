package dev.registrar.store;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationRecords.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code registrations}, without the request itself.
 *
 * @param stepsAsOf when {@code steps} were written; absent where they never were
 * @param undoBegunAt from then on nothing goes forward
 * @param sweep how often the sweeper has started it again
 */
public record Registration(
        RegistrationId id,
        String caller,
        @Nullable String idempotencyKey,
        String bodyHash,
        String userId,
        Money amount,
        RegistrationStatus status,
        List<StepReport> steps,
        @Nullable Instant stepsAsOf,
        List<StepError> errors,
        @Nullable WaitingOn waitingOn,
        @Nullable Instant undoBegunAt,
        @Nullable RegistrationStatus intendedEnd,
        @Nullable Instant cancelRequestedAt,
        int sweep,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt) {

    /** The same row after this was written to it. */
    public Registration after(Outcome written) {
        return new Registration(
                id,
                caller,
                idempotencyKey,
                bodyHash,
                userId,
                amount,
                written.status(),
                written.steps(),
                written.at(),
                written.errors(),
                null,
                undoBegunAt,
                intendedEnd,
                cancelRequestedAt,
                sweep,
                createdAt,
                written.at(),
                written.status().ended() ? written.at() : null);
    }

    /** The gateway's reference of the charge; empty where none is known. */
    public Optional<String> transactionId() {
        return steps.stream()
                .filter(step -> step.name() == Step.PAYMENT)
                .findFirst()
                .map(StepReport::reference);
    }
}
