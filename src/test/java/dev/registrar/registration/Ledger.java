package dev.registrar.registration;

import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.CompensationRecords.LeaveOpen;
import dev.registrar.compensation.CompensationRecords.OpenLateUndo;
import dev.registrar.compensation.CompensationRecords.OpenResolvePayment;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoBegun;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.ForwardRefusedException;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationRecords.Outcome;
import dev.registrar.store.RegistrationRecords.OutcomeAnswer;
import dev.registrar.store.RegistrationRecords.Progress;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One registration's row and its rows of undo work, by the rules of the real tables. Thread-safe. */
final class Ledger {

    /** A row of undo work. */
    record Row(
            UUID id,
            UndoAction action,
            UndoState state,
            @Nullable String reference,
            @Nullable Money amount,
            int attempts,
            @Nullable String errorCode,
            RegistrationStatus intendedEnd) {

        /** Short form for assertions: action and state. */
        String standing() {
            return action.code() + " " + state;
        }
    }

    private RegistrationStatus status = RegistrationStatus.RUNNING;
    private @Nullable RegistrationStatus undoBegunFor;
    private boolean cancelRequested;
    private int guarded;
    private boolean chargeInDoubt;
    private StepHistory history = new StepHistory(List.of(), List.of());
    private final List<Row> rows = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private @Nullable Outcome outcome;

    synchronized void requestCancel() {
        cancelRequested = true;
    }

    /** As the forward guard answers from the row. */
    synchronized void requireForward(RegistrationId id) {
        guarded++;
        if (undoBegunFor != null || status == RegistrationStatus.FAILED || status == RegistrationStatus.CANCELLED) {
            throw new ForwardRefusedException(id);
        }
        if (cancelRequested && status != RegistrationStatus.COMPLETED) {
            throw ForwardRefusedException.cancelRequested(id);
        }
    }

    /** How often the guard was asked. */
    synchronized int guarded() {
        return guarded;
    }

    synchronized OutcomeAnswer record(Outcome fresh) {
        boolean allowed = !status.ended()
                && (fresh.status() != RegistrationStatus.COMPLETED || (!cancelRequested && undoBegunFor == null));
        if (!allowed) {
            return new OutcomeAnswer(status, cancelRequested, undoBegunFor != null);
        }
        status = fresh.status();
        outcome = fresh;
        return new OutcomeAnswer(status, false, false);
    }

    synchronized void record(Progress fresh) {
        progress.add(fresh);
    }

    synchronized UndoBegun begin(BeginUndo request) {
        if (status.ended()) {
            return new UndoBegun(status, status, List.of(), null);
        }
        if (undoBegunFor == null) {
            plant(request.intendedEnd(), request.undo());
            chargeInDoubt = request.chargeInDoubt();
            history = new StepHistory(request.steps(), request.errors());
        }
        return new UndoBegun(null, Objects.requireNonNull(undoBegunFor), undoRows(), history);
    }

    /** The undo has begun with these rows. */
    synchronized void plant(RegistrationStatus intendedEnd, List<PlannedUndo> undo, StepHistory before) {
        plant(intendedEnd, undo);
        history = before;
    }

    /** The undo has begun with these rows. */
    synchronized void plant(RegistrationStatus intendedEnd, List<PlannedUndo> undo) {
        undoBegunFor = intendedEnd;
        status = RegistrationStatus.COMPENSATING;
        UndoState state = UndoState.OPEN;
        for (PlannedUndo planned : undo) {
            rows.add(row(planned, state, intendedEnd, null));
            state = UndoState.PLANNED;
        }
    }

    private static Row row(
            PlannedUndo planned, UndoState state, RegistrationStatus intendedEnd, @Nullable String errorCode) {
        return new Row(
                UUID.randomUUID(),
                planned.action(),
                state,
                planned.reference(),
                planned.amount(),
                0,
                errorCode,
                intendedEnd);
    }

    synchronized void close(CloseUndo request) {
        rows.replaceAll(row -> row.id().equals(request.rowId())
                ? changed(row, UndoState.DONE, request.attempts(), row.errorCode(), row.amount())
                : row);
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.state() == UndoState.PLANNED) {
                rows.set(i, changed(row, UndoState.OPEN, 0, null, row.amount()));
                return;
            }
            if (!row.state().closed()) {
                return;
            }
        }
    }

    synchronized void leaveOpen(LeaveOpen request) {
        rows.replaceAll(row -> row.id().equals(request.rowId())
                ? changed(
                        row,
                        UndoState.OPEN,
                        request.attempts(),
                        request.errorCode(),
                        request.remainder() == null ? row.amount() : request.remainder())
                : row);
    }

    private static Row changed(
            Row row, UndoState state, int attempts, @Nullable String errorCode, @Nullable Money amount) {
        return new Row(
                row.id(),
                row.action(),
                state,
                row.reference(),
                amount,
                row.attempts() + attempts,
                errorCode,
                row.intendedEnd());
    }

    synchronized void open(OpenResolvePayment request) {
        if (!status.ended()) {
            PlannedUndo undo = new PlannedUndo(UndoAction.RESOLVE_PAYMENT, request.reference(), request.atRisk());
            rows.add(row(undo, UndoState.OPEN, request.intendedEnd(), request.errorCode()));
        }
    }

    /** Rows of an earlier registration of the user; kept with this one's. */
    synchronized List<UndoRow> openLate(OpenLateUndo request) {
        for (PlannedUndo planned : request.undo()) {
            rows.add(row(planned, UndoState.OPEN, RegistrationStatus.FAILED, null));
        }
        return undoRows();
    }

    private List<UndoRow> undoRows() {
        return rows.stream()
                .filter(row -> row.action() != UndoAction.RESOLVE_PAYMENT)
                .map(row -> new UndoRow(row.id(), row.action(), row.state(), row.reference(), row.amount()))
                .toList();
    }

    synchronized RegistrationStatus status() {
        return status;
    }

    synchronized boolean chargeInDoubt() {
        return chargeInDoubt;
    }

    synchronized List<Row> rows() {
        return List.copyOf(rows);
    }

    /** All rows in order, as action and state. */
    synchronized List<String> standing() {
        return rows.stream().map(Row::standing).toList();
    }

    synchronized List<Progress> progress() {
        return List.copyOf(progress);
    }

    /** What the outcome activity wrote. */
    synchronized Outcome outcome() {
        return Objects.requireNonNull(outcome, "no outcome was written");
    }
}
