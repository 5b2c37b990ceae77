package dev.registrar.operations;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.CompensationLedger.CompensationFilter;
import dev.registrar.compensation.CompensationLedger.OpenWork;
import dev.registrar.compensation.JdbiCompensationRecords.ResolvePayload;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.Money;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.PaymentResolution.Outcome;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets operators list the ledger of undo work and close a row by hand. Thread-safe. */
public final class CompensationOperations {

    private static final String RESOLVE = "compensation-resolve";

    /** The registration's run queries the provider first, for at most 10 s. */
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(20);

    private final CompensationLedger ledger;
    private final CommandDesk commands;
    private final CommandInbox inbox;
    private final AuditLog audit;
    private final Clock clock;

    public CompensationOperations(
            CompensationLedger ledger, CommandDesk commands, CommandInbox inbox, AuditLog audit, Clock clock) {
        this.ledger = ledger;
        this.commands = commands;
        this.inbox = inbox;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * The matching rows, and all that is open.
     *
     * @param items unfinished rows before closed ones, each oldest first
     * @param total number of matching rows, regardless of the limit
     * @param atRisk money at risk in the items
     * @param openRows number of all OPEN rows, regardless of the query
     * @param openAtRisk money at risk in them, each charge once
     */
    public record Listing(
            List<LedgerEntry> items,
            int total,
            List<AmountAtRisk> atRisk,
            int openRows,
            List<AmountAtRisk> openAtRisk) {}

    public Listing list(UndoQuery query) {
        CompensationFilter filter = query.filter(clock.instant());
        List<Compensation> rows = ledger.select(filter);
        OpenWork open = ledger.openWork();
        return new Listing(
                rows.stream().map(LedgerEntry::of).toList(),
                rows.size() < filter.limit() ? rows.size() : ledger.count(filter),
                AmountAtRisk.in(rows),
                open.rows(),
                AmountAtRisk.of(open.atRisk()));
    }

    /**
     * Closes a row because the operator vouches for it; then the next one opens, or the registration continues or ends.
     * A repeated call has no effect.
     *
     * @param reference evidence such as the provider's transaction or a ticket; the gateway's transaction if a payment
     *     was charged or refunded
     * @param outcome {@code charged}, {@code not_charged} or {@code refunded}: required for {@code resolve_payment},
     *     refused for every other row
     */
    public LedgerEntry resolve(UUID id, String reference, @Nullable String outcome, boolean force, OperatorNote note)
            throws InterruptedException {
        OperatorNote.require("reference", reference);
        Compensation row = find(id);
        Outcome found = outcome(row, outcome);
        Map<String, String> said = new TreeMap<>(Map.of("reference", reference));
        if (found != null) {
            said.put("outcome", found.name().toLowerCase(Locale.ROOT));
        }
        if (row.state() == UndoState.PLANNED || row.state().closed()) {
            requireSaidBefore(row, said);
            return LedgerEntry.of(row);
        }
        ResolvePayload payload = new ResolvePayload(id, reference, found, force);
        Entry entry = new Entry(RESOLVE, subject(id), said);
        int seq = audit.changing(note, entry, () -> leave(row, payload, note), left -> true);
        Optional<Command> applied = commands.await(row.registrationId(), seq, APPLIED_WITHIN);
        String code = applied.map(Command::errorCode).orElse(null);
        if ("contradicted".equals(code)) {
            throw OperationRefusedException.wrongState(
                    "contradicted: the gateway disagrees. Nothing changed; force=true closes the row anyway.");
        }
        if (code != null) {
            requireSaidBefore(find(id), said);
        }
        return LedgerEntry.of(find(id));
    }

    /** Refused while an attempt may be under way: the money could be refunded twice. */
    private int leave(Compensation row, ResolvePayload payload, OperatorNote note) {
        return commands.leave(row.registrationId(), (handle, facts) -> {
                    note.requireSeen(facts);
                    Instant until = find(row.id()).attemptUntil();
                    if (until != null) {
                        throw OperationRefusedException.wrongState("An attempt is under way until "
                                + until.truncatedTo(ChronoUnit.SECONDS) + ": nothing was recorded, try again then.");
                    }
                    return inbox.add(
                            handle,
                            row.registrationId(),
                            Command.Kind.RESOLVE,
                            row.id().toString(),
                            payload,
                            note.sender());
                })
                .orElseThrow(() -> OperationRefusedException.unknown("registration " + row.registrationId()));
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
                    + (row.state() == UndoState.DONE ? "the provider" : "an operator with other parameters") + ".");
        }
    }

    private static @Nullable Outcome outcome(Compensation row, @Nullable String outcome) {
        if (row.action() == UndoAction.RESOLVE_PAYMENT) {
            return outcome(outcome);
        }
        if (outcome != null) {
            throw OperationRefusedException.invalid("outcome: only for resolve_payment rows, this one is "
                    + row.action().code() + ".");
        }
        return null;
    }

    private static Outcome outcome(@Nullable String text) {
        try {
            if (text != null) {
                return Outcome.valueOf(text.toUpperCase(Locale.ROOT));
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw OperationRefusedException.invalid(
                "outcome: a resolve_payment row needs one of charged, not_charged, refunded.");
    }

    private Compensation find(UUID id) {
        return ledger.find(id).orElseThrow(() -> OperationRefusedException.unknown("compensation " + id));
    }

    /** Money that may have to be returned to users, in one currency. */
    public record AmountAtRisk(BigDecimal amount, String currency) {

        static List<AmountAtRisk> of(List<Money> sums) {
            return sums.stream()
                    .map(sum -> new AmountAtRisk(sum.amount(), sum.currency()))
                    .toList();
        }

        /** The money in the rows that are due, each charge once. */
        static List<AmountAtRisk> in(List<Compensation> rows) {
            Map<String, BigDecimal> sums = new TreeMap<>();
            Set<List<@Nullable Object>> counted = new HashSet<>();
            for (Compensation row : rows) {
                Money amount = row.amount();
                boolean due = row.state() == UndoState.OPEN || row.state() == UndoState.RUNNING;
                if (amount != null && due && counted.add(Arrays.asList(row.registrationId(), row.reference()))) {
                    sums.merge(amount.currency(), amount.amount(), BigDecimal::add);
                }
            }
            return sums.entrySet().stream()
                    .map(sum -> new AmountAtRisk(sum.getValue(), sum.getKey()))
                    .toList();
        }
    }
}
