package dev.registrar.api;

import dev.registrar.access.Caller;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.model.RegistrationId;
import dev.registrar.registration.LiveProgress;
import dev.registrar.registration.RegistrationProgress;
import dev.registrar.store.CompletionWatch.Settled;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationFilter;
import dev.registrar.store.RegistrationRecords.Outcome;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Assembles the current view of a registration from row, ledger and, while it runs, its workflow. Thread-safe. */
public final class RegistrationReader {

    private final RegistrationStore store;
    private final CompensationLedger ledger;
    private final LiveProgress live;

    public RegistrationReader(RegistrationStore store, CompensationLedger ledger, LiveProgress live) {
        this.store = store;
        this.ledger = ledger;
        this.live = live;
    }

    /** The registration, with live steps if its workflow answers. */
    Optional<RegistrationView> find(RegistrationId id) {
        return store.find(id).map(this::view);
    }

    /** The same; empty if this caller may not see it. */
    Optional<RegistrationView> find(RegistrationId id, Caller caller) {
        return store.find(id).filter(row -> caller.sees(row.caller())).map(this::view);
    }

    /** Whether this caller may see it; true for callers who see all, even if it does not exist. */
    boolean isSeen(RegistrationId id, Caller caller) {
        return caller.onlyOwner() == null
                || store.find(id).filter(row -> caller.sees(row.caller())).isPresent();
    }

    /**
     * A registration that was just accepted and waited for. If it is completed, no undo rows are queried; if this
     * instance completed it, nothing is: what was written is known.
     */
    RegistrationView fresh(Registration accepted, @Nullable Settled end) {
        Outcome written = end == null ? null : end.written();
        Registration row = written == null ? store.find(accepted.id()).orElse(accepted) : accepted.after(written);
        return row.status() == RegistrationStatus.COMPLETED ? RegistrationView.of(row, List.of()) : view(row);
    }

    /** As in the row, without querying the workflow. */
    Optional<RegistrationView> findRow(RegistrationId id) {
        return store.find(id).map(row -> RegistrationView.of(row, compensations(row)));
    }

    RegistrationView view(Registration row) {
        if (row.status().settled()) {
            return RegistrationView.of(row, compensations(row));
        }
        Optional<RegistrationProgress> progress = live.of(row.id());
        if (progress.isPresent() && progress.get().status().settled()) {
            // It ended between the two reads: the row has the result.
            return findRow(row.id()).orElseThrow();
        }
        List<Compensation> compensations = compensations(row);
        return progress.map(now -> RegistrationView.live(row, now, compensations))
                .orElseGet(() -> RegistrationView.of(row, compensations));
    }

    /** As in the rows, newest first. */
    List<RegistrationView> list(RegistrationFilter filter) {
        List<Registration> rows = store.list(filter);
        Map<RegistrationId, List<Compensation>> compensations = ledger.of(rows.stream()
                .filter(RegistrationReader::mayHaveUndo)
                .map(Registration::id)
                .toList());
        return rows.stream()
                .map(row -> RegistrationView.of(row, compensations.getOrDefault(row.id(), List.of())))
                .toList();
    }

    private List<Compensation> compensations(Registration row) {
        return mayHaveUndo(row) ? ledger.of(row.id()) : List.of();
    }

    /** A completed registration can have undo rows too: for a duplicate payment or a missing account. */
    private static boolean mayHaveUndo(Registration row) {
        return row.status() != RegistrationStatus.ACCEPTED;
    }
}
