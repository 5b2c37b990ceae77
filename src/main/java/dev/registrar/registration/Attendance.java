package dev.registrar.registration;

import dev.registrar.call.DetachedScope;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.OpenRows;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoExecutor;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationRecords.Rest;
import dev.registrar.store.RegistrationRecords.RestAnswer;
import dev.registrar.store.RegistrationRecords.Standing;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepHistory;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attends to a registration's pending work: commands, undo, lookups. Ends when the row shows that nothing is left to do
 * now and no command has arrived in the meantime. Workflow code.
 */
final class Attendance {

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final RunInbox inbox;
    private final Function<Standing, ForwardOutcome> forward;
    private final CompensationRecords ledger = UndoExecutor.records();
    private final Unwinding unwinding;
    private @Nullable Integer lookAnswered;
    private @Nullable Step unanswered;
    private boolean tried;
    private boolean wroteHistory;
    private RunInbox.@Nullable Attend wanted;
    private boolean adopted;

    /** @param forward continues forward from the state in the row */
    Attendance(
            RegistrationInput input,
            StepTracker tracker,
            RunInbox inbox,
            Unwinding unwinding,
            Function<Standing, ForwardOutcome> forward) {
        this.input = input;
        this.tracker = tracker;
        this.inbox = inbox;
        this.unwinding = unwinding;
        this.forward = forward;
    }

    /** Returns the final status of the row. */
    RegistrationStatus run() {
        return DetachedScope.run(() -> {
            boolean closedOutside = input.closedAs() != null;
            while (true) {
                Standing row = OutcomeRecorder.localFirst(records -> records.claim(input.runOf()));
                adopt(row);
                if (inbox.receive(row)) {
                    continue;
                }
                if (closedOutside && !row.status().ended()) {
                    closedOutside = false;
                    tried = true;
                    unwinding.planAll(closedAs(row));
                } else if (!inbox.blocked() && work(row)) {
                    continue;
                }
                Rest rest = rest();
                RestAnswer answer = OutcomeRecorder.localFirst(records -> records.rest(rest));
                if (!answer.commandsPending()) {
                    return answer.status();
                }
                inbox.receive();
            }
        });
    }

    /** Starts a later run with the steps in the row, so that its own writes do not overwrite them. */
    private void adopt(Standing row) {
        if (input.run() > 1 && !adopted) {
            adopted = true;
            tracker.adopt(row.history());
        }
    }

    private RegistrationStatus closedAs(Standing row) {
        RegistrationStatus end = row.intendedEnd() == null ? input.closedAs() : row.intendedEnd();
        return end == null ? RegistrationStatus.FAILED : end;
    }

    private Rest rest() {
        StepHistory history =
                wroteHistory || inbox.blocked() ? new StepHistory(tracker.reports(), tracker.errors()) : null;
        return new Rest(
                input.registrationId(),
                input.run(),
                inbox.seen(),
                history,
                lookAnswered,
                unanswered == null ? null : unanswered.code() + "_unknown",
                StepTracker.now());
    }

    /** Does what is due; returns whether the row has changed, so that more may be due. */
    private boolean work(Standing row) {
        RunInbox.Attend asked = inbox.takeAttend();
        if (wanted != RunInbox.Attend.OPERATOR && asked != null) {
            wanted = asked;
        }
        if (row.status().ended()) {
            return afterEnd(row, inbox.takeLook());
        }
        List<UndoRow> rows = UndoExecutor.rows(input.runOf());
        if (rows.stream().anyMatch(UndoRow::unclosed)) {
            return execute(row);
        }
        if (row.undoBegun()) {
            return false;
        }
        ForwardOutcome outcome = forward.apply(row);
        if (outcome == ForwardOutcome.ENDED) {
            return false;
        }
        if (outcome != ForwardOutcome.BLOCKED) {
            turnBack(outcome);
        }
        return true;
    }

    /** Writes the undo rows; for an unknown payment the lookups have been made already. */
    void turnBack(ForwardOutcome outcome) {
        inbox.receive();
        RegistrationStatus end = inbox.cancelled() ? RegistrationStatus.CANCELLED : outcome.intendedEnd();
        tried = !unwinding.plan(outcome, end);
        wroteHistory = true;
    }

    /** Tries the open rows, unless this run did already or only an operator may. */
    private boolean execute(Standing row) {
        boolean commanded = wanted == RunInbox.Attend.OPERATOR;
        if ((wanted == null && tried) || (row.held() && !commanded)) {
            return false;
        }
        tried = true;
        if (row.undoBegun() || row.status().ended()) {
            tracker.status(RegistrationStatus.COMPENSATING);
        }
        UndoExecutor executor = new UndoExecutor(
                wanted == null ? input.undoing() : input.undoTarget(),
                input.run(),
                tracker::waitsOf,
                inbox::seen,
                commanded);
        UndoExecutor.Outcome outcome = executor.run();
        if (outcome == UndoExecutor.Outcome.INTERRUPTED) {
            tried = false;
            inbox.receive();
            return true;
        }
        wanted = null;
        return outcome == UndoExecutor.Outcome.ALL_CLOSED && !row.status().ended();
    }

    /** Handles late findings: they become rows, and the final status stays. */
    private boolean afterEnd(Standing row, boolean look) {
        boolean open = UndoExecutor.rows(input.runOf()).stream().anyMatch(UndoRow::unclosed);
        if (look || row.lookDue() != null) {
            LateLookup.Found found = new LateLookup(input, row).run();
            if (!found.undo().isEmpty()) {
                ledger.openRows(new OpenRows(
                        input.registrationId(), input.run(), found.undo(), found.kept(), StepTracker.now()));
            }
            unanswered = found.unanswered();
            lookAnswered = unanswered == null ? row.lookDue() : null;
        }
        if (row.refundLookDue()) {
            new RefundLookup(input)
                    .run(UndoExecutor.rows(input.runOf()).stream()
                            .filter(each -> each.action() == UndoAction.REFUND
                                    && each.state().closed())
                            .toList());
        }
        return (wanted != null || open) && execute(row);
    }
}
