package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationFacts;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RegistrationTransitions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Opens the rows of late findings: a second payment, a late charge, a reversed refund, a missing account. Each payment
 * has one refund row, and each row its own key. Thread-safe; the registration's row must be locked by the caller's
 * transaction.
 */
final class LateRows {

    private final LedgerRows rows;
    private final RegistrationTransitions transitions;
    private final RegistrationStore registrations;

    LateRows(LedgerRows rows, RegistrationTransitions transitions, RegistrationStore registrations) {
        this.rows = rows;
        this.transitions = transitions;
        this.registrations = registrations;
    }

    /**
     * An open row stays. So does one that an operator closed by hand: money returned in another way is not refunded
     * again. A proved refund that no longer holds was reversed.
     */
    void open(Handle handle, RegistrationId id, PlannedUndo finding, Instant at) {
        List<Compensation> ledger = CompensationLedger.of(handle, id);
        List<Compensation> same = ledger.stream()
                .filter(row -> row.action() == finding.action() && Objects.equals(row.reference(), finding.reference()))
                .toList();
        if (same.stream().anyMatch(row -> row.state() != UndoState.DONE)) {
            return;
        }
        if (finding.action() != UndoAction.REFUND) {
            rows.insert(handle, id, finding, UndoState.PLANNED, null, at);
        } else if (!same.isEmpty()) {
            openReversed(handle, id, ledger, finding, at);
        } else if (!isLookedFor(ledger) && !isPaidWith(handle, id, finding) && !noteReturned(handle, id, finding)) {
            rows.insert(handle, id, underFreeKey(id, ledger, finding), UndoState.PLANNED, null, at);
        }
    }

    /** Uses a new key, because the old one returns the old success; sent only on an operator's command. */
    private void openReversed(
            Handle handle, RegistrationId id, List<Compensation> ledger, PlannedUndo reversed, Instant at) {
        PlannedUndo again =
                new PlannedUndo(UndoAction.REFUND, reversed.reference(), nextKey(id, ledger), reversed.amount());
        rows.insert(handle, id, again, UndoState.OPEN, "payment_refund_reversed", at);
        transitions.hold(handle, id, true);
    }

    /** Whether an open row refunds whatever the gateway shows. */
    private static boolean isLookedFor(List<Compensation> ledger) {
        return ledger.stream()
                .anyMatch(row -> row.action() == UndoAction.REFUND
                        && row.reference() == null
                        && !row.state().closed());
    }

    /** Whether this is the payment that a completed registration is kept with, whatever else the gateway shows. */
    private boolean isPaidWith(Handle handle, RegistrationId id, PlannedUndo finding) {
        RegistrationFacts facts = transitions.lock(handle, id);
        return facts.status() == RegistrationStatus.COMPLETED
                && Optional.ofNullable(facts.keptTransaction())
                        .or(() -> registrations.find(id).flatMap(Registration::transactionId))
                        .filter(paid -> paid.equals(finding.reference()))
                        .isPresent();
    }

    /**
     * Notes this payment in the row of an operator who returned money by hand before the gateway had shown any payment:
     * that statement covers one payment, another one is refunded. Returns false if there is no such row.
     */
    private static boolean noteReturned(Handle handle, RegistrationId id, PlannedUndo finding) {
        return handle.createUpdate("""
                        UPDATE compensations SET reference = :reference
                        WHERE id = (SELECT id FROM compensations
                                    WHERE registration_id = :id AND state = 'RESOLVED'
                                      AND (reference IS NULL OR reference = :reference)
                                      AND (action = 'refund'
                                           OR action = 'resolve_payment' AND resolution ->> 'outcome' = 'REFUNDED')
                                    ORDER BY reference, closed_at LIMIT 1)
                        """)
                        .bind("id", id.value())
                        .bind("reference", finding.reference())
                        .execute()
                == 1;
    }

    /** The key of a registration's first refund may have been used for another payment. */
    private static PlannedUndo underFreeKey(RegistrationId id, List<Compensation> ledger, PlannedUndo finding) {
        String reference = finding.reference();
        boolean taken = ledger.stream()
                .filter(row -> row.action() == UndoAction.REFUND && row.reference() != null)
                .anyMatch(row -> row.idempotencyKey().equals(finding.idempotencyKey()));
        return !taken || reference == null
                ? finding
                : new PlannedUndo(
                        finding.action(),
                        reference,
                        IdempotencyKey.refund(id, reference).value(),
                        finding.amount());
    }

    /** The key of another refund of a payment: the next one that none of the registration's refunds has used. */
    static String nextKey(RegistrationId id, List<Compensation> ledger) {
        List<String> used = ledger.stream()
                .filter(row -> row.action() == UndoAction.REFUND)
                .map(Compensation::idempotencyKey)
                .toList();
        return IdempotencyKey.refundAgain(id, used).value();
    }
}
