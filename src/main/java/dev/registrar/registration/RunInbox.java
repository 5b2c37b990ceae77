package dev.registrar.registration;

import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.RefundAgain;
import dev.registrar.compensation.CompensationRecords.ResolveOrder;
import dev.registrar.compensation.CompensationRecords.ResolveRow;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.OperatorClaim;
import dev.registrar.compensation.RepeatedRefund;
import dev.registrar.compensation.UndoExecutor;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationRecords.Applied;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.PendingCommand;
import dev.registrar.store.RegistrationRecords.Standing;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowLock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies the commands of a registration in order, each exactly once. {@code attend} stays open until the run has
 * nothing left to do: its result is the ledger at that time. Workflow code.
 */
final class RunInbox {

    private final RegistrationInput input;
    private final StepTracker tracker;

    /**
     * Held while commands are read and applied: the forward steps and the listener to the ring both do so, and a later command
     * must not count as seen while an earlier cancel is still being applied.
     */
    private final WorkflowLock applying = Workflow.newWorkflowLock();

    private int seen;
    private boolean cancelled;
    private @Nullable Attend attend;
    private boolean look;
    private boolean blocked;

    RunInbox(RegistrationInput input, StepTracker tracker) {
        this.input = input;
        this.tracker = tracker;
    }

    private static RegistrationRecords records() {
        return OutcomeRecorder.durable();
    }

    private static CompensationRecords ledger() {
        return UndoExecutor.records();
    }

    /** The last command seen. */
    int seen() {
        return seen;
    }

    /** Whether a cancel was applied. */
    boolean cancelled() {
        return cancelled;
    }

    /** Who requested that open rows be tried now. */
    enum Attend {
        SERVICE,
        /** Includes rows that are not retried automatically. */
        OPERATOR
    }

    /**
     * Returns and clears who requested that open rows be tried now, an operator before the service; null if none did.
     */
    @Nullable
    Attend takeAttend() {
        Attend wanted = attend;
        attend = null;
        return wanted;
    }

    /** Returns and clears whether a lookup at the providers was requested. */
    boolean takeLook() {
        boolean wanted = look;
        look = false;
        return wanted;
    }

    /**
     * Whether a pending command needs a newer version of the service: the run ends and leaves it and all later ones.
     */
    boolean blocked() {
        return blocked;
    }

    /** Reads and applies the pending commands. */
    void receive() {
        applying.lock();
        try {
            applyAll(OutcomeRecorder.localFirst(records -> records.pendingCommands(input.runOf())));
        } finally {
            applying.unlock();
        }
    }

    /** Applies the commands pending when the row was claimed; returns whether the row may have changed. */
    boolean receive(Standing row) {
        int before = seen;
        applying.lock();
        try {
            // What the listener applied meanwhile is not in this row.
            boolean changed = seen > before;
            changed |= applyAll(row.commands());
            if (!blocked) {
                // Commands applied by earlier runs count as seen.
                seen = Math.max(seen, row.commandSeq());
            }
            return changed;
        } finally {
            applying.unlock();
        }
    }

    private boolean applyAll(List<PendingCommand> commands) {
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
                records().applyCancel(reference);
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
            case "refund_again" -> {
                return readable(command, () -> refundAgain(reference, command.target()));
            }
            default -> {
                closeUnreadable(command, "unknown_command");
                return false;
            }
        }
    }

    /** Closes an unreadable command with an error, so that it does not hold up later ones. */
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
        records().recordApplied(new Applied(input.registrationId(), input.run(), command.seq(), null, code));
    }

    private void resolve(CommandOf reference) {
        ResolveOrder order = ledger().resolveOrder(reference);
        UndoRow row = order.row();
        OperatorClaim claim = row == null
                ? OperatorClaim.ACCEPTED
                : OperatorClaim.check(input.undoTarget(), tracker::waitsOf, row, order);
        ledger().resolveRow(new ResolveRow(
                reference.registrationId(),
                reference.run(),
                reference.seq(),
                claim.contradictedBy(),
                claim.transactionId(),
                claim.captured(),
                StepTracker.now()));
    }

    /** Opens another row, which this run then tries. */
    private void refundAgain(CommandOf reference, String rowId) {
        RepeatedRefund refund =
                RepeatedRefund.check(input.undoTarget(), tracker::waitsOf, UndoExecutor.rows(input.runOf()), rowId);
        boolean opened = ledger().refundAgain(new RefundAgain(
                reference.registrationId(),
                reference.run(),
                reference.seq(),
                refund.uncovered(),
                refund.refusedBy(),
                StepTracker.now()));
        if (opened) {
            attend = Attend.OPERATOR;
        }
    }
}
