package dev.registrar.registration;

import dev.registrar.account.DatabaseService.AccountLookup;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.OpenResolvePayment;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.PaymentVerdict;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoExecutor;
import dev.registrar.model.IdempotencyKey;
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
 * Prepares the undo: finds out what was done and writes the undo rows before anything is undone, in a scope that no
 * cancel reaches. Workflow code.
 */
final class Unwinding {

    private final RegistrationInput input;
    private final StepTracker tracker;
    private final CriticalSteps critical;
    private final CompensationRecords ledger = UndoExecutor.records();

    Unwinding(RegistrationInput input, StepTracker tracker, CriticalSteps critical) {
        this.input = input;
        this.tracker = tracker;
        this.critical = critical;
    }

    /** Whether there is something to undo now; false if the payment's outcome is unknown after its lookups. */
    boolean plan(ForwardOutcome outcome, RegistrationStatus intendedEnd) {
        for (Step step : Step.values()) {
            tracker.abandoned(step);
        }
        return switch (outcome) {
            case ENDED, UNDO_BEGUN, BLOCKED -> true;
            case UNRESOLVED -> unresolved(intendedEnd, critical.verdict());
            case FAILED, CANCELLED -> back(intendedEnd);
        };
    }

    private boolean back(RegistrationStatus intendedEnd) {
        Promise<Boolean> profileMayBeOurs = Async.function(critical::profileMayBeOurs);
        PaymentVerdict payment = critical.inquirePayment(true);
        boolean deleteProfile = profileMayBeOurs.get();
        showPayment(payment);
        if (payment.open()) {
            return unresolved(intendedEnd, payment);
        }
        List<PlannedUndo> plan = new ArrayList<>(refunds(payment));
        if (payment.everCharged() && accountMayBeOurs()) {
            plan.add(PlannedUndo.of(UndoAction.DELETE_ACCOUNT, input.userId()));
        }
        if (deleteProfile) {
            plan.add(PlannedUndo.of(UndoAction.DELETE_PROFILE, input.userId()));
        }
        showSentMessages();
        begin(intendedEnd, plan, critical.mayTurnUpLate(), false);
        return true;
    }

    /** A payment that only an operator vouched for has no transaction: the gateway has to show it before the refund. */
    private List<PlannedUndo> refunds(PaymentVerdict payment) {
        return payment.holdsMoney() && payment.transactionId() == null
                ? List.of(refundOfWhatIsFound())
                : payment.refunds(input.registrationId());
    }

    private PlannedUndo refundOfWhatIsFound() {
        return new PlannedUndo(
                UndoAction.REFUND,
                null,
                IdempotencyKey.refund(input.registrationId()).value(),
                input.price());
    }

    /**
     * The whole undo of a registration whose run was ended from Temporal's side: what was done is unknown, so each undo
     * looks it up first. An operator decides when.
     */
    void planAll(RegistrationStatus intendedEnd) {
        List<PlannedUndo> plan = List.of(
                refundOfWhatIsFound(),
                PlannedUndo.of(UndoAction.DELETE_ACCOUNT, input.userId()),
                PlannedUndo.of(UndoAction.DELETE_PROFILE, input.userId()));
        begin(intendedEnd, plan, true, true);
    }

    private void begin(RegistrationStatus intendedEnd, List<PlannedUndo> plan, boolean inDoubt, boolean held) {
        ledger.beginUndo(new BeginUndo(
                input.registrationId(),
                input.run(),
                intendedEnd,
                plan,
                held ? null : new StepHistory(tracker.reports(), tracker.errors()),
                inDoubt,
                held,
                StepTracker.now()));
        tracker.status(RegistrationStatus.COMPENSATING);
    }

    /** The profile stays: it may have been paid for. */
    private boolean unresolved(RegistrationStatus intendedEnd, PaymentVerdict payment) {
        Money captured = payment.captured();
        boolean wrong = payment.kind() == PaymentVerdict.Kind.WRONG_AMOUNT;
        ledger.openResolvePayment(new OpenResolvePayment(
                input.registrationId(),
                input.run(),
                intendedEnd,
                payment.transactionId(),
                captured == null ? input.price() : captured,
                wrong ? "payment_wrong_amount" : critical.unknownPaymentCode(),
                new StepHistory(tracker.reports(), tracker.errors()),
                StepTracker.now()));
        return false;
    }

    /** The payment step may have been under way, or lost from history, when the registration was turned back. */
    private void showPayment(PaymentVerdict payment) {
        if (tracker.report(Step.PAYMENT).status() != StepStatus.UNKNOWN
                && tracker.report(Step.PAYMENT).status() != StepStatus.PENDING) {
            return;
        }
        switch (payment.kind()) {
            case CHARGED -> tracker.succeeded(Step.PAYMENT, payment.transactionId());
            case WRONG_AMOUNT -> tracker.failed(Step.PAYMENT, "payment_wrong_amount");
            case DECLINED -> tracker.failed(Step.PAYMENT, "payment_declined");
            case ABSENT, REFUNDED -> tracker.notDone(Step.PAYMENT);
            case PENDING, UNKNOWN -> tracker.unknown(Step.PAYMENT, critical.unknownPaymentCode());
        }
    }

    private void showSentMessages() {
        for (Step step : List.of(Step.EMAIL, Step.SMS)) {
            if (tracker.report(step).status() == StepStatus.SUCCEEDED) {
                tracker.note(step, step.code() + "_not_undoable");
            }
        }
    }

    /**
     * A save that was given up may still arrive after the lookup. The deletion leaves a row that no late save overwrites.
     */
    private boolean accountMayBeOurs() {
        StepStatus saved = tracker.report(Step.DATABASE).status();
        if (saved == StepStatus.SUCCEEDED) {
            return true;
        }
        // Made in any case: histories of 0.2.0 have it.
        boolean ours = new Inquiries(input.undoTarget(), tracker::waitsOf)
                .account()
                .map(AccountLookup.OURS::equals)
                .orElse(true);
        return ours || saved == StepStatus.FAILED;
    }
}
