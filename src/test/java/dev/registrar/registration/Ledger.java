package dev.registrar.registration;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.JdbiCompensationRecords.ResolvePayload;
import dev.registrar.compensation.UndoAction;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.NewRegistration;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationFacts;
import dev.registrar.store.RegistrationRecords.Progress;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RequestData;
import dev.registrar.store.StepHistory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One registration in the real tables: its row, its commands, its undo work. Thread-safe. */
final class Ledger {

    private static final Sender OPERATOR = new Sender("ada", "because", null);

    private final Tables tables = Tables.shared();
    private final RegistrationId id;
    private final AtomicInteger guarded = new AtomicInteger();
    private final List<Progress> progress = new CopyOnWriteArrayList<>();

    /** Accepts the registration. */
    Ledger(RegistrationId id, RequestData request) {
        this.id = id;
        NewRegistration fresh = new NewRegistration(id, "caller", null, "ab".repeat(32), request, Instant.now());
        if (tables.registrations().accept(fresh).isEmpty()) {
            throw new IllegalStateException("not accepted");
        }
    }

    /** Adds a cancel without signalling the workflow. */
    void requestCancel() {
        leave(Command.Kind.CANCEL, "", null);
    }

    /** Adds an {@code attend} that retries open undo work, without signalling the workflow. */
    int attend() {
        return leave(Command.Kind.ATTEND, CommandDesk.TRY, null);
    }

    /** Adds an {@code attend} as a new registration of the user does, without signalling the workflow. */
    int attendByService() {
        return leave(Command.Kind.ATTEND, CommandDesk.TRY, null, Sender.SERVICE);
    }

    /** Adds an {@code attend} that only opens rows for its findings, without signalling the workflow. */
    int lookOnly() {
        return leave(Command.Kind.ATTEND, CommandDesk.OPEN_ROWS_ONLY, null);
    }

    /** Adds an operator's resolution of the unclosed row with this action, without signalling the workflow. */
    int resolve(UndoAction action, PaymentResolution.@Nullable Outcome outcome, boolean force) {
        return says(word(action, outcome, force));
    }

    /** An operator's resolution of the unclosed row with this action. */
    ResolvePayload word(UndoAction action, PaymentResolution.@Nullable Outcome outcome, boolean force) {
        Compensation row = rows().stream()
                .filter(each -> each.action() == action && !each.state().closed())
                .findFirst()
                .orElseThrow();
        return new ResolvePayload(row.id(), "by hand", outcome, force);
    }

    int says(ResolvePayload word) {
        return leave(Command.Kind.RESOLVE, word.rowId().toString(), word);
    }

    int leave(Command.Kind kind, String target, @Nullable Object payload) {
        return leave(kind, target, payload, OPERATOR);
    }

    private int leave(Command.Kind kind, String target, @Nullable Object payload, Sender sender) {
        return tables.jdbi().inTransaction(handle -> {
            tables.transitions().lock(handle, id);
            return tables.inbox().add(handle, id, kind, target, payload, sender);
        });
    }

    /** Gives a command a kind unknown to this version. */
    void rename(int seq, String kind) {
        onCommand(seq, "kind = '" + kind + "'");
    }

    /** Marks a command as written by a newer version. */
    void newer(int seq) {
        onCommand(seq, "version = " + (Command.VERSION + 1));
    }

    /** Marks a command as written by this version. */
    void known(int seq) {
        onCommand(seq, "version = " + Command.VERSION);
    }

    private void onCommand(int seq, String assignment) {
        tables.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE commands SET " + assignment + " WHERE registration_id = ? AND seq = ?",
                        id.value(),
                        seq));
    }

    /** The state of a command: {@code pending}, {@code applied} or its error code. */
    String command(int seq) {
        Command command = tables.inbox().find(id, seq).orElseThrow();
        String code = command.errorCode();
        return !command.applied() ? "pending" : code == null ? "applied" : code;
    }

    /** Responds as the real guard does. */
    void requireForward(Origin origin) {
        guarded.incrementAndGet();
        tables.guards().requireForward(id, origin);
    }

    /** How often the forward guard was called. */
    int guarded() {
        return guarded.get();
    }

    void note(Progress fresh) {
        progress.add(fresh);
    }

    /** The recorded waits, in order. */
    List<Progress> progress() {
        return List.copyOf(progress);
    }

    /** Begins the undo with these rows, as run 1. */
    void plant(RegistrationStatus intendedEnd, List<PlannedUndo> undo, @Nullable StepHistory before) {
        tables.undos().beginUndo(new BeginUndo(id, 1, intendedEnd, undo, before, false, false, Instant.now()));
    }

    void plant(RegistrationStatus intendedEnd, List<PlannedUndo> undo) {
        plant(intendedEnd, undo, null);
    }

    /** Lets another run take over the registration. */
    void overtakenBy(int run) {
        set("run = " + run);
    }

    /** Moves its end this far into the past. */
    void endedBefore(String interval) {
        set("finished_at = now() - interval '" + interval + "'");
    }

    /** Moves the closing of its rows this far into the past. */
    void closedBefore(String interval) {
        tables.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET closed_at = now() - CAST(? AS interval) WHERE registration_id = ?",
                        interval,
                        id.value()));
    }

    /** Sets columns of the row, in SQL. */
    void set(String assignments) {
        tables.jdbi()
                .useHandle(handle ->
                        handle.execute("UPDATE registrations SET " + assignments + " WHERE id = ?", id.value()));
    }

    Registration row() {
        return tables.registrations().find(id).orElseThrow();
    }

    /** The facts that determine the row's status. */
    RegistrationFacts facts() {
        return tables.jdbi().inTransaction(handle -> tables.transitions().lock(handle, id));
    }

    RegistrationStatus status() {
        return row().status();
    }

    boolean inDoubt() {
        return facts().inDoubt();
    }

    List<Compensation> rows() {
        return tables.ledger().of(id);
    }

    /** The first row with this action. */
    Compensation row(UndoAction action) {
        return rows().stream().filter(row -> row.action() == action).findFirst().orElseThrow();
    }

    /** The failed attempts in the first row with this action. */
    List<AttemptFailure> failures(UndoAction action) {
        return tables.undoFailures().of(id).getOrDefault(row(action).id(), List.of());
    }

    /** All rows in order, as action and state. */
    List<String> standing() {
        return rows().stream()
                .map(row -> row.action().code() + " " + row.state())
                .toList();
    }
}
