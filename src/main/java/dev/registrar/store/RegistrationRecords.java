package dev.registrar.store;

import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The activities with which a run reads and writes its registration's row. All can be repeated
 * (a repeated {@link #rest} may count one automatic retry more), and all refuse a
 * superseded run with {@link dev.registrar.model.StaleRunException}.
 */
@ActivityInterface
public interface RegistrationRecords {

    /**
     * Writes COMPLETED if there is no command, no undo has begun and the run is the current one. The answer contains
     * the row's status afterwards.
     */
    @ActivityMethod
    OutcomeAnswer recordOutcome(Outcome outcome);

    /** Writes that the registration waits or continues; a late write never overwrites a later one or the end. */
    @ActivityMethod
    void recordProgress(Progress progress);

    /** Takes over the registration for a run, and returns the state from which it continues. */
    @ActivityMethod
    Standing claim(RunOf request);

    /** The pending commands, in order. */
    @ActivityMethod
    List<PendingCommand> pendingCommands(RunOf request);

    /** Applies a cancel: it ends as CANCELLED, unless its undo has already begun. */
    @ActivityMethod
    void applyCancel(CommandOf request);

    /** Writes the result of a command. */
    @ActivityMethod
    void recordApplied(Applied request);

    /**
     * Ends the run, or its work until the next due time, and closes the {@code attend} commands that it has seen.
     * Nothing is written if there are commands that the run has not seen, unless the first of them needs a newer
     * version: then the registration is due again at growing intervals, until an instance of that version takes it.
     */
    @ActivityMethod
    RestAnswer rest(Rest request);

    /** Sends the registration of an earlier charge a command to attend to itself; returns the command's number. */
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

    /** @param status the row's status after the call */
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
     * The state from which a run continues.
     *
     * @param resolution the result of a payment whose outcome was unknown
     * @param lookDue which late lookup is due, from 1; absent if none is
     * @param refundLookDue whether a proved refund is due for a check
     * @param commandSeq how many commands it has received, including those that earlier runs applied
     * @param commands the commands that no run has applied
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
     * @param byService whether the service requested it, not a person
     * @param newer whether only a newer version of the service can apply it
     */
    record PendingCommand(int seq, String kind, String target, boolean byService, boolean newer) {}

    /**
     * @param seen the last command seen by the run
     * @param history the steps as they are now; absent if the row's are
     * @param lookAnswered which late lookup was answered; absent if none was
     * @param lookError the error of a lookup without an answer; absent if all were answered
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

    /** @param commandsPending whether nothing was written because there are more commands to apply */
    record RestAnswer(RegistrationStatus status, boolean commandsPending) {}

    record Earlier(RegistrationId registrationId, RegistrationId earlier) implements OfRegistration {}

    record EarlierCommand(RegistrationId registrationId, RegistrationId earlier, int seq) implements OfRegistration {}

    /**
     * @param attended whether its command was applied
     * @param clear whether all its lookups were answered and no money is left to refund
     */
    record EarlierAnswer(boolean attended, boolean clear) {}
}
