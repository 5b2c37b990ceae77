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
 * @param stepsAsOf when {@code steps} were written; absent if they never were
 * @param undoBegunAt from then on no forward step runs
 * @param run the last run that claimed it
 * @param commandSeq how many commands it has received
 * @param attendAt when it is attended to next; absent if nothing is left to do
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
        int run,
        int commandSeq,
        @Nullable Instant attendAt,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt) {

    /** The same row with this outcome. */
    public Registration after(Outcome written) {
        return new Registration(
                id,
                caller,
                idempotencyKey,
                bodyHash,
                userId,
                amount,
                RegistrationStatus.COMPLETED,
                written.steps(),
                written.at(),
                written.errors(),
                null,
                undoBegunAt,
                intendedEnd,
                run,
                commandSeq,
                null,
                createdAt,
                written.at(),
                written.at());
    }

    /** The gateway's reference of the charge; empty if none is known. */
    public Optional<String> transactionId() {
        return steps.stream()
                .filter(step -> step.name() == Step.PAYMENT)
                .findFirst()
                .map(StepReport::reference);
    }
}
