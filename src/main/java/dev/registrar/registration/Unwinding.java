package dev.registrar.registration;

import dev.registrar.account.DatabaseService;
import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.account.DatabaseService.AccountReference;
import dev.registrar.call.CallGaveUpException;
import dev.registrar.call.PatientCall;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.OpenResolvePayment;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoBegun;
import dev.registrar.compensation.PaymentVerdict;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoRun;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepHistory;
import dev.registrar.store.StepStatus;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * The way back, in a scope that no cancel reaches: finds out what was done, writes the rows, undoes in order, writes the
 * end. Workflow code.
 */
final class Unwinding {

    private final RegistrationInput input;
    private final StepBoard board;
    private final CriticalSteps critical;
    private final OutcomeRecorder outcome;
    private final CompensationRecords records = UndoRun.records();

    Unwinding(RegistrationInput input, StepBoard board, CriticalSteps critical, OutcomeRecorder outcome) {
        this.input = input;
        this.board = board;
        this.critical = critical;
        this.outcome = outcome;
    }

    /** Ends the registration; the answer is what the row holds. */
    RegistrationStatus run(Turn turn) {
        for (Step step : Step.values()) {
            board.abandoned(step);
        }
        return switch (turn.kind()) {
            case ENDED -> turn.intendedEnd();
            case UNDO_BEGUN -> undo(turn, List.of(), false);
            case ATTENTION -> attention(turn, critical.verdict());
            case BACK -> back(turn);
        };
    }

    private RegistrationStatus back(Turn turn) {
        Promise<Boolean> profileMayBeOurs = Async.function(critical::profileMayBeOurs);
        PaymentVerdict payment = critical.inquirePayment(true);
        boolean deleteProfile = profileMayBeOurs.get();
        tell(payment);
        if (payment.open() || (payment.holdsMoney() && payment.transactionId() == null)) {
            return attention(turn, payment);
        }
        List<PlannedUndo> plan = new ArrayList<>();
        if (payment.holdsMoney()) {
            plan.add(new PlannedUndo(UndoAction.REFUND, payment.transactionId(), payment.captured()));
        }
        if (payment.everCharged() && accountMayBeOurs()) {
            plan.add(new PlannedUndo(UndoAction.DELETE_ACCOUNT, input.profile().userId(), null));
        }
        if (deleteProfile) {
            plan.add(new PlannedUndo(UndoAction.DELETE_PROFILE, input.profile().userId(), null));
        }
        tellSentMessages();
        return undo(turn, plan, payment.kind() == PaymentVerdict.Kind.ABSENT);
    }

    private RegistrationStatus undo(Turn turn, List<PlannedUndo> plan, boolean chargeInDoubt) {
        UndoBegun begun = records.beginUndo(new BeginUndo(
                input.registrationId(),
                turn.intendedEnd(),
                plan,
                board.reports(),
                board.errors(),
                chargeInDoubt,
                StepBoard.now()));
        RegistrationStatus ended = begun.ended();
        if (ended != null) {
            return ended;
        }
        StepHistory history = begun.history();
        if (history != null) {
            board.adopt(history);
        }
        board.status(RegistrationStatus.COMPENSATING);
        boolean undone = new UndoRun(input.undoTarget(), board::waitsOf).run(begun.undo());
        RegistrationStatus end = undone ? begun.intendedEnd() : RegistrationStatus.NEEDS_ATTENTION;
        return outcome.ended(end).status();
    }

    /** The profile stays: it may have been paid for. */
    private RegistrationStatus attention(Turn turn, PaymentVerdict payment) {
        Money captured = payment.captured();
        boolean wrong = payment.kind() == PaymentVerdict.Kind.WRONG_AMOUNT;
        records.openResolvePayment(new OpenResolvePayment(
                input.registrationId(),
                turn.intendedEnd(),
                payment.transactionId(),
                captured == null ? input.payment().amount() : captured,
                wrong ? "payment_wrong_amount" : "payment_unknown",
                StepBoard.now()));
        return outcome.ended(RegistrationStatus.NEEDS_ATTENTION).status();
    }

    /** The payment step may have been under way, or lost from history, when the registration was turned back: say what became of it. */
    private void tell(PaymentVerdict payment) {
        if (board.report(Step.PAYMENT).status() != StepStatus.UNKNOWN
                && board.report(Step.PAYMENT).status() != StepStatus.PENDING) {
            return;
        }
        switch (payment.kind()) {
            case CHARGED -> board.succeeded(Step.PAYMENT, payment.transactionId());
            case WRONG_AMOUNT -> board.failed(Step.PAYMENT, "payment_wrong_amount");
            case DECLINED -> board.failed(Step.PAYMENT, "payment_declined");
            case ABSENT, REFUNDED -> board.notDone(Step.PAYMENT);
            case PENDING, UNKNOWN -> board.unknown(Step.PAYMENT, "payment_unknown");
        }
    }

    private void tellSentMessages() {
        for (Step step : List.of(Step.EMAIL, Step.SMS)) {
            if (board.report(step).status() == StepStatus.SUCCEEDED) {
                board.note(step, step.code() + "_not_undoable");
            }
        }
    }

    private boolean accountMayBeOurs() {
        if (board.report(Step.DATABASE).status() == StepStatus.SUCCEEDED) {
            return true;
        }
        AccountReference request =
                new AccountReference(input.registrationId(), input.profile().userId());
        try {
            return new PatientCall(input.policies().lookup().durable(), board.waitsOf(Step.DATABASE))
                            .run(DatabaseService.class, service -> service.getUserData(request))
                    == AccountLookup.OURS;
        } catch (CallGaveUpException e) {
            return true;
        }
    }
}
