package dev.registrar.registration;

import dev.registrar.call.DetachedScope;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.OpenRows;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoExecutor;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationRecords.Rest;
import dev.registrar.store.RegistrationRecords.RestAnswer;
import dev.registrar.store.RegistrationRecords.Standing;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepHistory;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Attends to what a registration has left: commands, undo, lookups. Ends when the row says that nothing is left to do now, and
 * that no command has come meanwhile. Workflow code.
 */
final class Attendance {

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final RunInbox inbox;
    private final Function<Standing, ForwardOutcome> forward;
    private final RegistrationRecords records = OutcomeRecorder.durable();
    private final CompensationRecords ledger = UndoExecutor.records();
    private final Unwinding unwinding;
    private @Nullable Integer lookAnswered;
    private @Nullable Step unanswered;
    private boolean tried;
    private boolean wroteHistory;
    private RunInbox.@Nullable Attend wanted;
    private boolean adopted;

    /** @param forward goes on forward from where the row stands */
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

    /** Returns the status that the row was left with. */
    RegistrationStatus run() {
        return DetachedScope.run(() -> {
            boolean closedOutside = input.closedAs() != null;
            while (true) {
                Standing row = records.claim(input.runOf());
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
                RestAnswer answer = records.rest(rest());
                if (!answer.commandsPending()) {
                    return answer.status();
                }
                inbox.receive();
            }
        });
    }

    /** A later run begins with what the row shows: what it writes while it waits must not hide that. */
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

    /** Does what is due; returns whether the row has changed so that there may be more. */
    private boolean work(Standing row) {
        RunInbox.Attend asked = inbox.takeAttend();
        if (wanted != RunInbox.Attend.OPERATOR && asked != null) {
            wanted = asked;
        }
        if (row.status().ended()) {
            return afterEnd(row, inbox.takeLook());
        }
        List<UndoRow> rows = ledger.rows(input.runOf());
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

    /** Writes the rows of the undo; those of an unknown payment were asked about already. */
    void turnBack(ForwardOutcome outcome) {
        inbox.receive();
        RegistrationStatus end = inbox.cancelled() ? RegistrationStatus.CANCELLED : outcome.intendedEnd();
        tried = !unwinding.plan(outcome, end);
        wroteHistory = true;
    }

    /** Tries what is open, unless this run did already or only an operator may. */
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

    /** An end is final: what turns up later becomes rows, and the status stays. */
    private boolean afterEnd(Standing row, boolean look) {
        boolean open = ledger.rows(input.runOf()).stream().anyMatch(UndoRow::unclosed);
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
                    .run(ledger.rows(input.runOf()).stream()
                            .filter(each -> each.action() == UndoAction.REFUND
                                    && each.state().closed())
                            .toList());
        }
        return (wanted != null || open) && execute(row);
    }
}
