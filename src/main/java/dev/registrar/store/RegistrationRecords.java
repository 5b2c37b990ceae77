package dev.registrar.store;

import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activities with which a workflow writes its registration's row. All are idempotent. */
@ActivityInterface
public interface RegistrationRecords {

    /**
     * Writes how the registration ended, where the row lets it: COMPLETED only where neither a cancel was asked for nor an
     * undo has begun, and nothing where the row has ended already. The answer says what the row holds now.
     */
    @ActivityMethod
    OutcomeAnswer recordOutcome(Outcome outcome);

    /** Writes that the registration waits, or goes on; a late one never overwrites a later one or the end. */
    @ActivityMethod
    void recordProgress(Progress progress);

    record Outcome(
            RegistrationId registrationId,
            RegistrationStatus status,
            List<StepReport> steps,
            List<StepError> errors,
            Instant at)
            implements OfRegistration {}

    /** @param status what the row holds after the call */
    record OutcomeAnswer(RegistrationStatus status, boolean cancelRequested, boolean undoBegun) {}

    /** @param at workflow time of the snapshot */
    record Progress(
            RegistrationId registrationId,
            List<StepReport> steps,
            List<StepError> errors,
            @Nullable WaitingOn waitingOn,
            Instant at)
            implements OfRegistration {}
}
