package dev.registrar.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.CompensationLedger.CompensationFilter;
import dev.registrar.compensation.UndoState;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.operations.BatchView.BatchSummary;
import dev.registrar.operations.CompensationOperations.AmountAtRisk;
import dev.registrar.store.BatchItems;
import dev.registrar.store.Batches;
import dev.registrar.store.Batches.Batch;
import dev.registrar.store.Batches.State;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replays of undo work: the saga's own undo under the saga's own keys, in batches whose commands are released over
 * time. A row may be in several batches; the provider sees one effect. Shows, pauses, resumes and cancels batches of
 * either kind. Thread-safe.
 */
public final class ReplayOperations {

    /** Items a second, unless given. */
    public static final BigDecimal DEFAULT_RATE = BigDecimal.valueOf(5);

    /** The range that {@code batches.rate} and a pause in whole milliseconds can represent. */
    public static final BigDecimal MIN_RATE = new BigDecimal("0.01");

    public static final BigDecimal MAX_RATE = BigDecimal.valueOf(100);

    private final CompensationLedger ledger;
    private final Batches batches;
    private final BatchItems items;
    private final CommandDesk commands;
    private final AuditLog audit;
    private final Clock clock;

    public ReplayOperations(
            CompensationLedger ledger,
            Batches batches,
            BatchItems items,
            CommandDesk commands,
            AuditLog audit,
            Clock clock) {
        this.ledger = ledger;
        this.batches = batches;
        this.items = items;
        this.commands = commands;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What a replay does or would do.
     *
     * @param batchId the batch that does it; absent if nothing is done
     * @param items in the order in which they are replayed
     * @param total number of matching rows, regardless of the limit
     * @param atRisk money at risk in the items
     */
    public record Plan(@Nullable UUID batchId, List<PlannedCall> items, int total, List<AmountAtRisk> atRisk) {}

    /**
     * @param call the service and its operation; a refund and the deletes first read
     * @param idempotencyKey the key sent to the provider; absent if the call is conditional instead
     */
    public record PlannedCall(
            @JsonUnwrapped LedgerEntry entry,
            String call,
            @Nullable String idempotencyKey) {

        static PlannedCall of(Compensation row) {
            return switch (row.action()) {
                case REFUND ->
                    new PlannedCall(
                            LedgerEntry.of(row),
                            "payment refund " + (row.reference() == null ? "of what is found" : row.reference()),
                            row.idempotencyKey());
                case DELETE_ACCOUNT -> new PlannedCall(LedgerEntry.of(row), "database delete " + row.reference(), null);
                case DELETE_PROFILE -> new PlannedCall(LedgerEntry.of(row), "profile delete " + row.reference(), null);
                case SAVE_ACCOUNT -> new PlannedCall(LedgerEntry.of(row), "database save " + row.reference(), null);
                case RESOLVE_PAYMENT ->
                    new PlannedCall(
                            LedgerEntry.of(row),
                            "payment find",
                            IdempotencyKey.charge(row.registrationId()).value());
            };
        }
    }

    /** The most rows that can be chosen one by one. */
    public static final int MOST_CHOSEN = 1_000;

    /**
     * A row that an operator chose.
     *
     * @param seenSeq {@code commandSeq} of its registration as the operator saw it; absent if it does not matter
     */
    public record ChosenRow(UUID id, @Nullable Integer seenSeq) {}

    /** Returns what a replay of these rows would do. */
    public Plan planRows(List<ChosenRow> chosen) {
        return plan(select(chosen));
    }

    /** Returns what a replay of the matching open rows would do. */
    public Plan planMany(UndoQuery query) {
        return plan(select(query));
    }

    /**
     * Replays these rows in one batch; a closed row is not retried.
     *
     * @throws OperationRefusedException also if one of their registrations has changed since it was seen: then none is replayed
     */
    public Plan replayRows(List<ChosenRow> chosen, BigDecimal rate, OperatorNote note) {
        Selection selected = select(chosen);
        Map<RegistrationId, Integer> seen = new HashMap<>();
        for (int i = 0; i < chosen.size(); i++) {
            Integer seq = chosen.get(i).seenSeq();
            if (seq != null) {
                seen.merge(selected.rows().get(i).registrationId(), seq, Math::min);
            }
        }
        return replay(selected, seen, rate, note);
    }

    /** Replays the matching open rows; creates no batch if there are none. */
    public Plan replayMany(UndoQuery query, BigDecimal rate, OperatorNote note) {
        Selection selected = select(query);
        return replay(selected, seen(selected, note), rate, note);
    }

    private static Map<RegistrationId, Integer> seen(Selection selected, OperatorNote note) {
        Set<RegistrationId> ids =
                selected.rows().stream().map(Compensation::registrationId).collect(Collectors.toSet());
        if (note.seenSeq() == null || ids.isEmpty()) {
            return Map.of();
        }
        if (ids.size() > 1) {
            throw OperationRefusedException.invalid("seenSeq: with a filter only for rows of one registration.");
        }
        return Map.of(ids.iterator().next(), note.seenSeq());
    }

    /** @param total number of matching rows, regardless of the limit */
    private record Selection(List<Compensation> rows, int total) {}

    private Selection select(List<ChosenRow> chosen) {
        List<Compensation> rows = chosen.stream().map(row -> one(row.id())).toList();
        return new Selection(rows, rows.size());
    }

    private Selection select(UndoQuery query) {
        CompensationFilter filter = query.openOnly(clock.instant());
        List<Compensation> rows = ledger.select(filter);
        return new Selection(rows, rows.size() < filter.limit() ? rows.size() : ledger.count(filter));
    }

    private static Plan plan(Selection selection) {
        List<Compensation> rows = selection.rows();
        return new Plan(null, rows.stream().map(PlannedCall::of).toList(), selection.total(), AmountAtRisk.in(rows));
    }

    /** @throws OperationRefusedException if a batch cannot have this rate */
    public static void requireRate(BigDecimal rate) {
        if (rate.compareTo(MIN_RATE) < 0
                || rate.compareTo(MAX_RATE) > 0
                || rate.stripTrailingZeros().scale() > 2) {
            throw OperationRefusedException.invalid(
                    "rate: " + MIN_RATE + " to " + MAX_RATE + " items a second, two decimals at most.");
        }
    }

    private Plan replay(Selection selected, Map<RegistrationId, Integer> seen, BigDecimal rate, OperatorNote note) {
        requireRate(rate);
        List<Compensation> rows = selected.rows();
        Plan plan = plan(selected);
        if (rows.isEmpty()) {
            return plan;
        }
        UUID batchId = UUID.randomUUID();
        Entry entry = new Entry("compensation-replay", subject(batchId), Map.of("items", rows.size(), "rate", rate));
        List<Batches.Selected> selection = rows.stream()
                .map(row -> new Batches.Selected(row.id(), row.registrationId()))
                .toList();
        audit.changing(note, entry, () -> {
            if (seen.isEmpty()) {
                batches.create(batchId, note.sender(), rate, selection);
            } else {
                requireSeen(seen);
                createWithProbe(batchId, selection, rate, note);
            }
        });
        return new Plan(batchId, plan.items(), plan.total(), plan.atRisk());
    }

    /** Locks the registrations, always in the same order, and refuses if one has changed. */
    private void requireSeen(Map<RegistrationId, Integer> seen) {
        seen.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().value()))
                .forEach(entry -> commands.check(
                        entry.getKey(), facts -> OperatorNote.requireSeen(entry.getValue(), facts.commandSeq())));
    }

    /**
     * Creates the first command with the batch, so that a concurrent caller who saw the same is refused.
     */
    private void createWithProbe(UUID batchId, List<Batches.Selected> selection, BigDecimal rate, OperatorNote note) {
        commands.leave(selection.get(0).registration(), (handle, facts) -> {
            batches.create(batchId, note.sender(), rate, selection);
            return items.running().stream()
                    .filter(batch -> batch.id().equals(batchId))
                    .anyMatch(batch -> items.release(batch, BatchItems.Resender.NONE));
        });
    }

    private Compensation one(UUID id) {
        Compensation row = ledger.find(id).orElseThrow(() -> OperationRefusedException.unknown("compensation " + id));
        if (row.state() == UndoState.PLANNED) {
            throw OperationRefusedException.wrongState(
                    "The row waits for the one before it: replay that one, this one follows automatically.");
        }
        return row;
    }

    /** All batches, of replays and of resends. */
    public BatchListing list(int limit) {
        UndoQuery.requireLimit(limit);
        List<BatchSummary> items =
                batches.newest(limit).stream().map(BatchSummary::of).toList();
        return new BatchListing(items, items.size() < limit ? items.size() : batches.count());
    }

    /**
     * @param items newest first
     * @param total number of all batches
     */
    public record BatchListing(List<BatchSummary> items, int total) {}

    public BatchView status(UUID batchId) {
        Batch batch = find(batchId);
        return batch.kind() == Batches.Kind.RESEND
                ? BatchView.ofMessages(batch, batches.messages(batchId))
                : BatchView.ofRows(batch, ledger.ofBatch(batchId));
    }

    /** Stops releasing items. */
    public BatchView pause(UUID batchId, OperatorNote note) {
        return change(batchId, State.PAUSED, note);
    }

    /** Continues a batch, also one that stopped by itself. */
    public BatchView resume(UUID batchId, OperatorNote note) {
        return change(batchId, State.RUNNING, note);
    }

    /** Ends the batch for good; items already released are still processed. */
    public BatchView cancel(UUID batchId, OperatorNote note) {
        return change(batchId, State.CANCELLED, note);
    }

    private BatchView change(UUID batchId, State wanted, OperatorNote note) {
        if (find(batchId).state() != wanted) {
            Entry entry = new Entry("compensation-batch", subject(batchId), Map.of("state", wanted.name()));
            boolean changed = audit.changing(note, entry, () -> batches.change(batchId, wanted), done -> done);
            if (!changed) {
                throw OperationRefusedException.wrongState(
                        "The batch has ended: " + find(batchId).state() + ".");
            }
        }
        return status(batchId);
    }

    private Batch find(UUID batchId) {
        return batches.find(batchId).orElseThrow(() -> OperationRefusedException.unknown("batch " + batchId));
    }

    static String subject(UUID batchId) {
        return "batch:" + batchId;
    }
}
