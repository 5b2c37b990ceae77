package dev.registrar.store;

import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The activities with which a run reads and writes its registration's row. All are idempotent, and all refuse a run that was
 * overtaken with {@link dev.registrar.model.StaleRunException}.
 */
@ActivityInterface
public interface RegistrationRecords {

    /**
     * Writes COMPLETED, if no command came, no undo has begun and the run is the current one. The answer says what the row
     * holds now.
     */
    @ActivityMethod
    OutcomeAnswer recordOutcome(Outcome outcome);

    /** Writes that the registration waits, or goes on; a late one never overwrites a later one or the end. */
    @ActivityMethod
    void recordProgress(Progress progress);

    /** Takes the registration over for a run, and tells it all that it goes on from. */
    @ActivityMethod
    Standing claim(RunOf request);

    /** What waits in the inbox, in order. */
    @ActivityMethod
    List<PendingCommand> pendingCommands(RunOf request);

    /** Applies a cancel: it ends as CANCELLED, unless its undo has begun already. */
    @ActivityMethod
    void applyCancel(CommandOf request);

    /** Writes what became of a command. */
    @ActivityMethod
    void recordApplied(Applied request);

    /**
     * Ends the run, or its work until the next due time, and closes the {@code attend} commands that it has seen. Nothing is
     * written if commands came that the run has not seen, unless the first of them is one that only a newer version can apply:
     * then the registration is due again later and later, until an instance of that version takes it.
     */
    @ActivityMethod
    RestAnswer rest(Rest request);

    /** Asks the registration of an earlier charge to look after itself; returns the number of its command. */
    @ActivityMethod
    int attendToEarlier(Earlier request);

    /** Whether an earlier registration has attended to itself, and whether it is clear. */
    @ActivityMethod
    EarlierAnswer earlierAnswer(EarlierCommand request);

    /** @param appliedSeq the last command that the run has applied */
    record Outcome(
            RegistrationId registrationId,
            int run,
            int appliedSeq,
            List<StepReport> steps,
            List<StepError> errors,
            Instant at)
            implements OfRegistration {}

    /** @param status what the row holds after the call */
    record OutcomeAnswer(RegistrationStatus status, boolean commandsPending, boolean undoBegun) {}

    /** @param at workflow time of the snapshot */
    record Progress(
            RegistrationId registrationId,
            int run,
            List<StepReport> steps,
            List<StepError> errors,
            @Nullable WaitingOn waitingOn,
            Instant at)
            implements OfRegistration {}

    record RunOf(RegistrationId registrationId, int run) implements OfRegistration {}

    record CommandOf(RegistrationId registrationId, int run, int seq) implements OfRegistration {}

    record Applied(
            RegistrationId registrationId,
            int run,
            int seq,
            @Nullable Object result,
            @Nullable String errorCode) implements OfRegistration {}

    /**
     * What a run goes on from.
     *
     * @param resolution what became of a payment whose outcome was unknown
     * @param lookDue which late lookup is due, from 1; absent if none is
     * @param refundLookDue whether a proved refund is to be looked at again
     * @param commandSeq how many commands it was left, those that earlier runs applied included
     * @param commands those that no run has applied
     */
    record Standing(
            RegistrationStatus status,
            boolean undoBegun,
            @Nullable RegistrationStatus intendedEnd,
            boolean held,
            StepHistory history,
            @Nullable PaymentResolution resolution,
            @Nullable String keptTransaction,
            @Nullable Integer lookDue,
            boolean refundLookDue,
            int commandSeq,
            List<PendingCommand> commands) {}

    /**
     * @param kind as {@link Command.Kind#code()} writes it
     * @param byService whether the service itself asks, not a person
     * @param newer whether only a newer version of the service can apply it
     */
    record PendingCommand(int seq, String kind, String target, boolean byService, boolean newer) {}

    /**
     * @param seen the last command that the run has seen
     * @param history the steps as they are now; absent if the row's are
     * @param lookAnswered which late lookup was answered; absent if none was
     * @param lookError what a lookup failed with, so that what was asked for was not found out; absent if all were answered
     */
    record Rest(
            RegistrationId registrationId,
            int run,
            int seen,
            @Nullable StepHistory history,
            @Nullable Integer lookAnswered,
            @Nullable String lookError,
            Instant at)
            implements OfRegistration {}

    /** @param commandsPending whether nothing was written, because there is more to apply */
    record RestAnswer(RegistrationStatus status, boolean commandsPending) {}

    record Earlier(RegistrationId registrationId, RegistrationId earlier) implements OfRegistration {}

    record EarlierCommand(RegistrationId registrationId, RegistrationId earlier, int seq) implements OfRegistration {}

    /**
     * @param attended whether its command was applied
     * @param clear whether what it found was answered and nothing is left there to give back
     */
    record EarlierAnswer(boolean attended, boolean clear) {}
}
