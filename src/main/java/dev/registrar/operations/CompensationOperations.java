package dev.registrar.operations;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationFilter;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.CompensationLedger.OpenWork;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.Money;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.PaymentResolution.Outcome;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStore;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The ledger of undo work in the hands of operators: look at it, close a row by hand. Thread-safe. */
public final class CompensationOperations {

    private static final String RESOLVE = "compensation-resolve";

    private final CompensationLedger ledger;
    private final RegistrationStore registrations;
    private final AuditLog audit;
    private final Clock clock;

    public CompensationOperations(
            CompensationLedger ledger, RegistrationStore registrations, AuditLog audit, Clock clock) {
        this.ledger = ledger;
        this.registrations = registrations;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What matches, and what is open in all.
     *
     * @param items what is still to be done before what is closed, each oldest first
     * @param atRisk money at risk in the items
     * @param openRows all rows in state OPEN, whatever was asked for
     * @param openAtRisk money at risk in them, each charge once
     */
    public record Listing(
            List<LedgerEntry> items, List<AmountAtRisk> atRisk, int openRows, List<AmountAtRisk> openAtRisk) {}

    public Listing list(UndoQuery query) {
        List<Compensation> rows = ledger.select(query.filter(clock.instant()));
        OpenWork open = ledger.openWork();
        return new Listing(
                rows.stream().map(LedgerEntry::of).toList(),
                AmountAtRisk.in(rows),
                open.rows(),
                AmountAtRisk.of(open.atRisk()));
    }

    /**
     * Closes a row because the operator vouches for it; the next one opens, or the registration goes on or ends. The same
     * again has no effect.
     *
     * @param reference what proves it: the provider's transaction, a ticket; for a payment that was charged or refunded the
     *     gateway's transaction
     * @param outcome {@code charged}, {@code not_charged} or {@code refunded}: needed for {@code resolve_payment}, refused
     *     for every other row
     */
    public LedgerEntry resolve(UUID id, String reference, @Nullable String outcome, OperatorNote note) {
        OperatorNote.require("reference", reference);
        Compensation row = find(id);
        PaymentResolution resolution = resolution(row, reference, outcome);
        Map<String, String> said = new TreeMap<>(Map.of("reference", reference));
        if (resolution != null) {
            said.put("outcome", resolution.outcome().name().toLowerCase(Locale.ROOT));
        }
        Entry entry = new Entry(RESOLVE, subject(id), said);
        boolean closed = row.state() != UndoState.PLANNED
                && audit.changing(
                        note,
                        entry,
                        () -> ledger.resolve(row, reference, resolution, clock.instant()),
                        changed -> changed);
        if (!closed) {
            requireSaidBefore(find(id), said);
        }
        return LedgerEntry.of(find(id));
    }

    static String subject(UUID id) {
        return "compensation:" + id;
    }

    private void requireSaidBefore(Compensation row, Map<String, String> said) {
        if (row.state() == UndoState.PLANNED) {
            throw OperationRefusedException.wrongState("The row waits for the one before it: resolve that first.");
        }
        Optional<Map<String, String>> before = audit.last(RESOLVE, subject(row.id()));
        if (row.state() != UndoState.RESOLVED || !before.equals(Optional.of(said))) {
            throw OperationRefusedException.wrongState("The row is closed already, by "
                    + (row.state() == UndoState.DONE ? "the provider" : "an operator who said something else") + ".");
        }
    }

    private @Nullable PaymentResolution resolution(Compensation row, String reference, @Nullable String outcome) {
        if (row.action() != UndoAction.RESOLVE_PAYMENT) {
            if (outcome != null) {
                throw OperationRefusedException.invalid("outcome: only for resolve_payment rows, this one is "
                        + row.action().code() + ".");
            }
            return null;
        }
        Outcome found = outcome(outcome);
        Money captured = found == Outcome.CHARGED ? price(row) : null;
        return new PaymentResolution(
                found, found == Outcome.NOT_CHARGED ? null : reference, captured, row.intendedEnd());
    }

    private static Outcome outcome(@Nullable String text) {
        try {
            if (text != null) {
                return Outcome.valueOf(text.toUpperCase(Locale.ROOT));
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw OperationRefusedException.invalid(
                "outcome: a resolve_payment row needs one of charged, not_charged, refunded.");
    }

    private Money price(Compensation row) {
        return registrations
                .find(row.registrationId())
                .map(Registration::amount)
                .orElseThrow(() -> OperationRefusedException.unknown("registration " + row.registrationId()));
    }

    private Compensation find(UUID id) {
        return ledger.select(new CompensationFilter(id, null, null, null, null, null, 1)).stream()
                .findFirst()
                .orElseThrow(() -> OperationRefusedException.unknown("compensation " + id));
    }
}
