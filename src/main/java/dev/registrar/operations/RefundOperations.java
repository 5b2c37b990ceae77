package dev.registrar.operations;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.RepeatedRefund;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.JsonColumns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Requests a refund once more that the provider had confirmed and reversed or failed later: in another row, under a key
 * of its own, after two agreeing reads, while no other refund of the payment is open, and unless the money was returned
 * by hand. Thread-safe.
 */
public final class RefundOperations {

    private static final String ACTION = "refund-again";

    /** The registration's run reads the gateway twice, {@code settleAfter} apart. */
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(20);

    private final CompensationLedger ledger;
    private final CommandDesk commands;
    private final CommandInbox inbox;
    private final JsonColumns json;
    private final AuditLog audit;

    public RefundOperations(
            CompensationLedger ledger, CommandDesk commands, CommandInbox inbox, JsonColumns json, AuditLog audit) {
        this.ledger = ledger;
        this.commands = commands;
        this.inbox = inbox;
        this.json = json;
        this.audit = audit;
    }

    /**
     * What became of the request.
     *
     * @param items the new row; empty while the gateway is still being read
     */
    public record RefundAgainView(RegistrationId registrationId, List<LedgerEntry> items) {}

    /**
     * Leaves the command and waits a little for the new row. While that row is open, a repeated call shows it and has no
     * other effect.
     *
     * @param id a refund that the provider had confirmed
     * @throws OperationRefusedException nothing is sent: another refund is open or closed by hand, or the gateway shows
     *     none that is missing
     */
    public RefundAgainView again(UUID id, OperatorNote note) throws InterruptedException {
        Compensation row = ledger.find(id).orElseThrow(() -> OperationRefusedException.unknown("compensation " + id));
        requireConfirmed(row);
        Entry entry = new Entry(
                ACTION,
                CompensationOperations.subject(id),
                Map.of("registration", row.registrationId().toString()));
        Left left = audit.changing(note, entry, () -> leave(row, note), Left::fresh);
        Optional<Command> applied = commands.await(row.registrationId(), left.seq(), APPLIED_WITHIN);
        applied.map(Command::errorCode).ifPresent(RefundOperations::refuse);
        List<LedgerEntry> opened =
                applied
                        .flatMap(command -> opened(command, ledger.of(row.registrationId())))
                        .map(LedgerEntry::of)
                        .stream()
                        .toList();
        return new RefundAgainView(row.registrationId(), opened);
    }

    private static void requireConfirmed(Compensation row) {
        if (row.action() != UndoAction.REFUND) {
            throw OperationRefusedException.wrongState(
                    "The row is no refund but " + row.action().code() + ".");
        }
        if (row.state() == UndoState.RESOLVED) {
            throw OperationRefusedException.wrongState(
                    "An operator closed the row by hand: the provider has confirmed no refund that could be repeated.");
        }
        if (!row.state().closed()) {
            throw open(row);
        }
    }

    private static OperationRefusedException open(Compensation row) {
        return OperationRefusedException.wrongState("Refund " + row.id() + " of this payment is " + row.state()
                + ": compensation-replay with its id tries it now.");
    }

    /** @param fresh whether the command was not there before */
    private record Left(int seq, boolean fresh) {}

    private Left leave(Compensation row, OperatorNote note) {
        RegistrationId id = row.registrationId();
        return commands.leave(id, (handle, facts) -> {
                    note.requireSeen(facts);
                    List<Compensation> same = ledger.of(id).stream()
                            .filter(each -> each.action() == UndoAction.REFUND
                                    && Objects.equals(each.reference(), row.reference()))
                            .toList();
                    if (same.stream().anyMatch(each -> each.state() == UndoState.RESOLVED)) {
                        refuse(RepeatedRefund.RETURNED_BY_HAND);
                    }
                    Optional<Compensation> open =
                            same.stream().filter(each -> !each.state().closed()).findFirst();
                    Optional<Command> earlier = open.flatMap(refund -> openedBy(handle, row, refund));
                    if (earlier.isPresent()) {
                        return new Left(earlier.get().seq(), false);
                    }
                    open.ifPresent(refund -> {
                        throw open(refund);
                    });
                    int seq = inbox.add(
                            handle, id, Command.Kind.REFUND_AGAIN, row.id().toString(), null, note.sender());
                    return new Left(seq, seq > facts.commandSeq());
                })
                .orElseThrow(() -> OperationRefusedException.unknown("registration " + id));
    }

    /** The command of an equal request that opened this row. */
    private Optional<Command> openedBy(Handle handle, Compensation row, Compensation open) {
        return inbox.of(handle, row.registrationId(), Command.Kind.REFUND_AGAIN).stream()
                .filter(command -> command.target().equals(row.id().toString())
                        && open.idempotencyKey().equals(key(command)))
                .findFirst();
    }

    private Optional<Compensation> opened(Command command, List<Compensation> rows) {
        return rows.stream()
                .filter(row -> row.action() == UndoAction.REFUND
                        && row.idempotencyKey().equals(key(command)))
                .findFirst();
    }

    private @Nullable String key(Command command) {
        Map<?, ?> result = json.read(command.result(), Map.class);
        return result == null ? null : String.valueOf(result.get("idempotencyKey"));
    }

    private static void refuse(String code) {
        throw OperationRefusedException.wrongState(
                switch (code) {
                    case "already_refunded" ->
                        "The gateway shows that the whole payment is refunded: nothing was sent.";
                    case "payment_pending" ->
                        "A refund is under way at the gateway: nothing was sent, try again when it has ended.";
                    case "payment_changing" -> "Two reads of the gateway disagree: nothing was sent, try again later.";
                    case RepeatedRefund.RETURNED_BY_HAND ->
                        "An operator closed a refund of this payment by hand: money returned in another way is not refunded again.";
                    case RepeatedRefund.ALREADY_OPEN, RepeatedRefund.NOT_REFUNDED ->
                        "The refund has changed in the meantime: nothing was sent, list the rows again.";
                    default -> "The gateway gives no answer (" + code + "): nothing was sent, try again later.";
                });
    }
}
