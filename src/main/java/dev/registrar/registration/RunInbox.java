package dev.registrar.registration;

import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.ResolveOrder;
import dev.registrar.compensation.CompensationRecords.ResolveRow;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.OperatorClaim;
import dev.registrar.compensation.UndoExecutor;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationRecords.Applied;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.PendingCommand;
import dev.registrar.store.RegistrationRecords.Standing;
import io.temporal.failure.ActivityFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies the commands that were left for a registration, in their order, each exactly once. {@code attend} stays open until
 * the run rests: its result is what the ledger shows then. Workflow code.
 */
final class RunInbox {

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final RegistrationRecords records = OutcomeRecorder.durable();
    private final CompensationRecords ledger = UndoExecutor.records();
    private int seen;
    private boolean cancelled;
    private @Nullable Attend attend;
    private boolean look;
    private boolean blocked;

    RunInbox(RegistrationInput input, StepTracker tracker) {
        this.input = input;
        this.tracker = tracker;
    }

    /** The last command that was seen. */
    int seen() {
        return seen;
    }

    /** Whether a cancel was applied. */
    boolean cancelled() {
        return cancelled;
    }

    /** Who wants what is open tried now. */
    enum Attend {
        SERVICE,
        /** Also what the machine does not try by itself. */
        OPERATOR
    }

    /** Who wants what is open tried now, an operator before the service; null if nobody does. Asked once. */
    @Nullable
    Attend takeAttend() {
        Attend wanted = attend;
        attend = null;
        return wanted;
    }

    /** Whether somebody wants what the providers hold looked up now; asked once. */
    boolean takeLook() {
        boolean wanted = look;
        look = false;
        return wanted;
    }

    /** Whether a command waits that only a newer version of the service can apply: the run ends, and leaves it and what follows. */
    boolean blocked() {
        return blocked;
    }

    /** Reads what is there now and applies it. */
    void receive() {
        receive(records.pendingCommands(input.runOf()));
    }

    /** Applies what was there when the row was claimed; returns whether the row may have changed by it. */
    boolean receive(Standing row) {
        boolean changed = receive(row.commands());
        if (!blocked) {
            // What earlier runs applied counts as seen.
            seen = Math.max(seen, row.commandSeq());
        }
        return changed;
    }

    private boolean receive(List<PendingCommand> commands) {
        boolean changed = false;
        blocked = false;
        for (PendingCommand command : commands) {
            if (command.newer()) {
                seen = Math.max(seen, command.seq() - 1);
                blocked = true;
                return changed;
            }
            if (command.seq() > seen) {
                changed |= apply(command);
                seen = command.seq();
            }
        }
        return changed;
    }

    private boolean apply(PendingCommand command) {
        CommandOf reference = new CommandOf(input.registrationId(), input.run(), command.seq());
        switch (command.kind()) {
            case "cancel" -> {
                records.applyCancel(reference);
                cancelled = true;
                return true;
            }
            case "attend" -> {
                look = true;
                if (!command.target().equals(CommandDesk.OPEN_ROWS_ONLY) && attend != Attend.OPERATOR) {
                    attend = command.byService() ? Attend.SERVICE : Attend.OPERATOR;
                }
                return false;
            }
            case "resolve" -> {
                return readable(command, () -> resolve(reference));
            }
            case "resend" -> {
                return readable(command, () -> new ResendExecution(input).run(command));
            }
            default -> {
                closeUnreadable(command, "unknown_command");
                return false;
            }
        }
    }

    /** One that cannot be read is closed with an error: it must not hold up what comes after it. */
    private boolean readable(PendingCommand command, Runnable application) {
        try {
            application.run();
            return true;
        } catch (ActivityFailure e) {
            closeUnreadable(command, "unreadable_command");
            return false;
        }
    }

    private void closeUnreadable(PendingCommand command, String code) {
        records.recordApplied(new Applied(input.registrationId(), input.run(), command.seq(), null, code));
    }

    private void resolve(CommandOf reference) {
        ResolveOrder order = ledger.resolveOrder(reference);
        UndoRow row = order.row();
        OperatorClaim claim = row == null
                ? OperatorClaim.ACCEPTED
                : OperatorClaim.check(input.undoTarget(), tracker::waitsOf, row, order);
        ledger.resolveRow(new ResolveRow(
                reference.registrationId(),
                reference.run(),
                reference.seq(),
                claim.contradictedBy(),
                claim.transactionId(),
                claim.captured(),
                StepTracker.now()));
    }
}
