package dev.registrar.registration;

import dev.registrar.call.CallMonitor;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.CompensationRecords.RefundLook;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.Inquiries;
import dev.registrar.compensation.UndoExecutor;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.Money;
import dev.registrar.payment.PaymentService.FoundPayment;
import java.util.List;
import java.util.Optional;

/**
 * Rechecks proved refunds, because a gateway can reverse one later. An amount no longer covered opens a row, which is
 * sent only on an operator's command. Workflow code.
 */
final class RefundLookup {

    private final RegistrationInput input;
    private final CompensationRecords ledger = UndoExecutor.records();

    RefundLookup(RegistrationInput input) {
        this.input = input;
    }

    /** @param refunds closed rows; those that an operator vouched for are not checked at the gateway */
    void run(List<UndoRow> refunds) {
        List<UndoRow> proved = refunds.stream()
                .filter(row -> row.state() == UndoState.DONE && row.reference() != null)
                .toList();
        if (proved.isEmpty()) {
            return;
        }
        Optional<List<FoundPayment>> payments = new Inquiries(input.undoTarget(), CallMonitor::silent)
                .paymentsNow(proved.get(0).reference());
        // A lookup without an answer does not count: the row stays due.
        payments.ifPresent(held -> proved.forEach(row -> record(row, held)));
    }

    private void record(UndoRow row, List<FoundPayment> held) {
        Money uncovered = held.stream()
                .filter(payment -> payment.transactionId().equals(row.reference()))
                .map(FoundPayment::remainder)
                .filter(remainder -> !remainder.isZero())
                .findFirst()
                .orElse(null);
        ledger.recordRefundLook(
                new RefundLook(input.registrationId(), input.run(), row.id(), uncovered, StepTracker.now()));
    }
}
