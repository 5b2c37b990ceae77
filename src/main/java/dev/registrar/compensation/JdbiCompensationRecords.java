package dev.registrar.compensation;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.store.AttendCommands;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationFacts;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.RunOf;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RegistrationTransitions;
import dev.registrar.store.RequestData;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Keeps the ledger of undo work over JDBI; every transaction locks the registration first. Thread-safe. */
public final class JdbiCompensationRecords implements CompensationRecords {

    private final Jdbi jdbi;
    private final JsonColumns json;
    private final RegistrationTransitions transitions;
    private final CommandInbox inbox;
    private final RegistrationStore registrations;
    private final AttendCommands attends;
    private final LedgerRows rows;
    private final LateRows late;
    private final SecondPayments second;

    public JdbiCompensationRecords(
            Jdbi jdbi,
            JsonColumns json,
            RegistrationTransitions transitions,
            CommandInbox inbox,
            RegistrationStore registrations,
            SecondPayments second,
            RegistrarMeters meters) {
        this.jdbi = jdbi;
        this.json = json;
        this.transitions = transitions;
        this.inbox = inbox;
        this.registrations = registrations;
        this.second = second;
        this.attends = new AttendCommands(inbox, meters);
        this.rows = new LedgerRows(meters, new UndoFailures(jdbi, json));
        this.late = new LateRows(rows, transitions, registrations);
    }

    /** Makes a change of this run: locks the row first, derives the status afterwards. */
    private RegistrationFacts changing(RegistrationId id, int run, Consumer<Handle> change) {
        return jdbi.inTransaction(handle -> {
            transitions.lock(handle, id, run);
            change.accept(handle);
            return transitions.settle(handle, id, false);
        });
    }

    @Override
    public UndoBegun beginUndo(BeginUndo known) {
        BeginUndo request = second.added(known);
        RegistrationId id = request.registrationId();
        return jdbi.inTransaction(handle -> {
            RegistrationFacts before = transitions.lock(handle, id, request.run());
            if (before.status().ended()) {
                return new UndoBegun(before.status(), before.status(), List.of());
            }
            if (!before.undoBegun()) {
                transitions.beginUndo(
                        handle, id, request.intendedEnd(), request.inDoubt(), request.history(), request.at());
                rows.plan(handle, id, request.undo(), request.at());
            }
            if (request.held()) {
                // What an operator had asked for before the termination is not done any more.
                attends.close(handle, id, before.commandSeq(), null);
            }
            transitions.hold(handle, id, before.held() || request.held());
            RegistrationFacts after = transitions.settle(handle, id, false);
            return new UndoBegun(
                    after.status().ended() ? after.status() : null,
                    Objects.requireNonNullElse(after.intendedEnd(), request.intendedEnd()),
                    undoRows(handle, id));
        });
    }

    @Override
    public List<UndoRow> rows(RunOf request) {
        return jdbi.inTransaction(handle -> {
            transitions.lock(handle, request.registrationId(), request.run());
            return undoRows(handle, request.registrationId());
        });
    }

    private static List<UndoRow> undoRows(Handle handle, RegistrationId id) {
        return CompensationLedger.of(handle, id).stream()
                .map(row -> new UndoRow(
                        row.id(),
                        row.action(),
                        row.state(),
                        row.reference(),
                        row.idempotencyKey(),
                        row.amount(),
                        row.attempts()))
                .toList();
    }

    @Override
    public List<UndoRow> openRows(OpenRows request) {
        RegistrationId id = request.registrationId();
        changing(id, request.run(), handle -> {
            if (request.kept() != null) {
                transitions.keep(handle, id, request.kept());
            }
            request.undo().forEach(finding -> late.open(handle, id, finding, request.at()));
            rows.plan(handle, id, List.of(), request.at());
        });
        return rows(new RunOf(id, request.run()));
    }

    @Override
    public void openResolvePayment(OpenResolvePayment request) {
        RegistrationId id = request.registrationId();
        PlannedUndo undo = new PlannedUndo(UndoAction.RESOLVE_PAYMENT, request.reference(), "", request.atRisk());
        changing(id, request.run(), handle -> {
            RegistrationFacts facts = transitions.lock(handle, id);
            boolean stands = CompensationLedger.of(handle, id).stream()
                    .anyMatch(row -> row.action() == UndoAction.RESOLVE_PAYMENT);
            if (!facts.status().ended() && !stands) {
                transitions.intend(
                        handle, id, facts.intendedEnd() == null ? request.intendedEnd() : facts.intendedEnd());
                transitions.steps(handle, id, request.history(), request.at());
                rows.insert(handle, id, undo, UndoState.OPEN, request.errorCode(), request.at());
            }
        });
    }

    @Override
    public String nameRefund(NameRefund request) {
        RegistrationId id = request.registrationId();
        return jdbi.inTransaction(handle -> {
            transitions.lock(handle, id, request.run());
            String key = key(request, CompensationLedger.of(handle, id));
            handle.createUpdate("""
                            UPDATE compensations
                            SET reference = :reference, idempotency_key = :key, amount = :amount, currency = :currency
                            WHERE id = :row AND closed_at IS NULL
                            """)
                    .bind("row", request.rowId())
                    .bind("reference", request.transactionId())
                    .bind("key", key)
                    .bind("amount", request.amount().amount())
                    .bind("currency", request.amount().currency())
                    .execute();
            transitions.settle(handle, id, false);
            return key;
        });
    }

    /** A repeated request gets the key that the first one chose. */
    private static String key(NameRefund request, List<Compensation> ledger) {
        String replaced = request.replaces();
        if (replaced == null) {
            return request.idempotencyKey();
        }
        return ledger.stream()
                .filter(row -> row.id().equals(request.rowId()))
                .map(Compensation::idempotencyKey)
                .filter(key -> !key.equals(replaced))
                .findFirst()
                .orElseGet(() -> LateRows.nextKey(request.registrationId(), ledger));
    }

    @Override
    public void closeUndo(CloseUndo request) {
        RegistrationId id = request.registrationId();
        PaymentResolution resolution = request.resolution();
        changing(id, request.run(), handle -> {
            rows.close(
                    handle,
                    id,
                    request.rowId(),
                    UndoState.DONE,
                    request.attempts(),
                    request.failures(),
                    resolution == null ? null : json.write(resolution),
                    request.at());
            doubtOthers(handle, id, resolution == null ? null : resolution.outcome());
        });
    }

    /** A payment whose outcome was unknown may not be the only one: the late lookups find any other. */
    private void doubtOthers(Handle handle, RegistrationId id, PaymentResolution.@Nullable Outcome outcome) {
        if (outcome == PaymentResolution.Outcome.CHARGED) {
            transitions.doubt(handle, id);
        }
    }

    @Override
    public void leaveOpen(LeaveOpen request) {
        changing(request.registrationId(), request.run(), handle -> rows.leaveOpen(handle, request));
    }

    @Override
    public ResolveOrder resolveOrder(CommandOf request) {
        RegistrationId id = request.registrationId();
        return jdbi.inTransaction(handle -> {
            transitions.lock(handle, id, request.run());
            ResolvePayload payload = payload(handle, id, request.seq());
            UndoRow row = undoRows(handle, id).stream()
                    .filter(each -> each.id().equals(payload.rowId()) && each.unclosed())
                    .findFirst()
                    .orElse(null);
            return new ResolveOrder(row, payload.outcome(), payload.reference(), payload.force());
        });
    }

    /** An unreadable payload is refused for good, so that the run closes its command. */
    private ResolvePayload payload(Handle handle, RegistrationId id, int seq) {
        try {
            return inbox.payload(handle, id, seq, ResolvePayload.class).orElseThrow();
        } catch (IllegalStateException | NoSuchElementException e) {
            throw new RejectedException(Step.DATABASE, "unreadable_command", "command " + seq + " cannot be read");
        }
    }

    @Override
    public void resolveRow(ResolveRow request) {
        RegistrationId id = request.registrationId();
        changing(id, request.run(), handle -> {
            ResolvePayload payload = payload(handle, id, request.seq());
            String contradiction = request.contradictedBy();
            boolean closed = contradiction == null
                    && rows.close(
                            handle,
                            id,
                            payload.rowId(),
                            UndoState.RESOLVED,
                            0,
                            List.of(),
                            json.write(payload.resolution(request.transactionId(), request.captured())),
                            request.at());
            if (closed) {
                doubtOthers(handle, id, payload.outcome());
            }
            String code = contradiction != null ? "contradicted" : closed ? null : "already_closed";
            inbox.applied(
                    handle,
                    id,
                    request.seq(),
                    contradiction == null ? null : json.write(Map.of("provider", contradiction)),
                    code);
        });
    }

    @Override
    public boolean refundAgain(RefundAgain request) {
        RegistrationId id = request.registrationId();
        return jdbi.inTransaction(handle -> {
            transitions.lock(handle, id, request.run());
            Command command = inbox.find(id, request.seq()).orElseThrow();
            List<Compensation> ledger = CompensationLedger.of(handle, id);
            String refused = command.applied() ? command.errorCode() : refused(request, command, ledger);
            String key = command.applied() ? null : open(handle, request, command, ledger, refused);
            if (!command.applied()) {
                String result = key == null ? null : json.write(Map.of("idempotencyKey", key));
                inbox.applied(handle, id, request.seq(), result, refused);
            }
            transitions.settle(handle, id, false);
            return refused == null;
        });
    }

    private static @Nullable String refused(RefundAgain request, Command command, List<Compensation> ledger) {
        if (request.refusedBy() != null) {
            return request.refusedBy();
        }
        Optional<Compensation> confirmed = confirmed(command, ledger);
        if (confirmed.isEmpty()) {
            return RepeatedRefund.NOT_REFUNDED;
        }
        List<UndoState> same = ledger.stream()
                .filter(row -> row.action() == UndoAction.REFUND
                        && Objects.equals(row.reference(), confirmed.get().reference()))
                .map(Compensation::state)
                .toList();
        if (same.contains(UndoState.RESOLVED)) {
            return RepeatedRefund.RETURNED_BY_HAND;
        }
        return same.stream().allMatch(UndoState::closed) ? null : RepeatedRefund.ALREADY_OPEN;
    }

    /** The refund that the command names. */
    private static Optional<Compensation> confirmed(Command command, List<Compensation> ledger) {
        return ledger.stream()
                .filter(row -> row.id().toString().equals(command.target()))
                .findFirst();
    }

    /** Opens the row unless refused; returns its key. */
    private @Nullable String open(
            Handle handle, RefundAgain request, Command command, List<Compensation> ledger, @Nullable String refused) {
        if (refused != null) {
            return null;
        }
        String key = LateRows.nextKey(request.registrationId(), ledger);
        String reference = confirmed(command, ledger).orElseThrow().reference();
        PlannedUndo again = new PlannedUndo(UndoAction.REFUND, reference, key, request.uncovered());
        rows.insert(handle, request.registrationId(), again, UndoState.OPEN, null, request.at());
        return key;
    }

    @Override
    public void recordRefundLook(RefundLook request) {
        RegistrationId id = request.registrationId();
        Money uncovered = request.uncovered();
        changing(id, request.run(), handle -> {
            String reference = handle.createQuery("""
                            UPDATE compensations SET watch_stage = watch_stage + 1 WHERE id = :row RETURNING reference
                            """)
                    .bind("row", request.rowId())
                    .mapTo(String.class)
                    .one();
            if (uncovered != null) {
                PlannedUndo reversed = new PlannedUndo(UndoAction.REFUND, reference, "", uncovered);
                late.open(handle, id, reversed, request.at());
            }
        });
    }

    @Override
    public AccountData accountData(RunOf request) {
        return new AccountData(
                registrations
                        .request(request.registrationId())
                        .map(RequestData::userProfile)
                        .orElse(null),
                registrations
                        .find(request.registrationId())
                        .flatMap(Registration::transactionId)
                        .orElse(null));
    }

    /**
     * The payload of a {@code resolve} command.
     *
     * @param reference the operator's evidence
     * @param outcome the result of the payment, for a {@code resolve_payment} row
     * @param force whether it applies even if the provider contradicts it
     */
    public record ResolvePayload(
            UUID rowId, String reference, PaymentResolution.@Nullable Outcome outcome, boolean force) {

        Object resolution(@Nullable String transactionId, @Nullable Money captured) {
            if (outcome == null) {
                return Map.of("note", reference);
            }
            boolean charged = outcome != PaymentResolution.Outcome.NOT_CHARGED;
            return new PaymentResolution(outcome, charged ? transactionId : null, captured, reference);
        }
    }
}
