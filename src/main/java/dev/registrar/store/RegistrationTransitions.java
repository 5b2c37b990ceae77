package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.SealedData;
import dev.registrar.model.StaleRunException;
import dev.registrar.store.DueTime.UndoRow;
import dev.registrar.store.RegistrationRecords.Outcome;
import dev.registrar.store.RegistrationRecords.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that changes a registration's status.
 *
 * <pre>
 * ACCEPTED ─▶ RUNNING ─▶ COMPLETED
 *                │
 *                ├─▶ COMPENSATING ─▶ FAILED | CANCELLED
 *                │        │  ▲            ▲
 *                │        ▼  │            │
 *                └─▶ NEEDS_ATTENTION ─────┘   (and back to RUNNING when its payment turns out to be charged)
 * </pre>
 *
 * The status is derived by {@link #settle} from the row's facts and the ledger at the end of every transaction that
 * changes either; a healthy COMPLETED is a separate conditional statement that reads only its own row. Every write of a
 * run requires that the run is still the current one. Decisions use the database's clock. Logs, after the commit, that a
 * registration needs attention and that it no longer does: one line each, without personal data. Thread-safe; methods
 * with a handle work in the caller's transaction.
 */
public final class RegistrationTransitions {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationTransitions.class);

    private final JsonColumns json;
    private final AttendSchedule schedule;
    private final DoubleSupplier random;
    private final RegistrarMeters meters;
    private final CompletionWatch watch;

    /** @param random 0.0 to 1.0, spreads automatic tries */
    public RegistrationTransitions(
            JsonColumns json,
            AttendSchedule schedule,
            DoubleSupplier random,
            RegistrarMeters meters,
            CompletionWatch watch) {
        this.json = json;
        this.schedule = schedule;
        this.random = random;
        this.meters = meters;
        this.watch = watch;
    }

    public AttendSchedule schedule() {
        return schedule;
    }

    /**
     * Inserts an accepted registration as RUNNING; a failed start is recorded afterwards. Returns the user's earlier
     * registrations that have money open; empty if the user has a live or completed registration, or the caller's key is
     * taken. Waits for a concurrent insert of the same registration.
     */
    Optional<List<RegistrationId>> accept(Handle handle, NewRegistration fresh, SealedData sealed) {
        return handle.createQuery("""
                        INSERT INTO registrations (id, caller, user_id, idempotency_key, body_hash, codec, request,
                                                   amount, currency, status, provider, attend_at, created_at, updated_at)
                        VALUES (:id, :caller, :userId, :key, :hash, :codec, :request,
                                :amount, :currency, 'RUNNING', :provider, now() + :check * interval '1 millisecond', :at, :at)
                        ON CONFLICT DO NOTHING
                        RETURNING (SELECT array_agg(e.id) FROM registrations e
                                   WHERE e.user_id = :userId AND e.money_open) AS earlier
                        """)
                .bind("id", fresh.id().value())
                .bind("caller", fresh.caller())
                .bind("userId", fresh.request().userProfile().userId())
                .bind("key", fresh.idempotencyKey())
                .bind("hash", HexFormat.of().parseHex(fresh.bodyHash()))
                .bind("codec", sealed.codec())
                .bind("request", sealed.bytes())
                .bind("amount", fresh.request().payment().amount().amount())
                .bind("currency", fresh.request().payment().amount().currency())
                .bind("provider", fresh.providers().written())
                .bind("check", schedule.firstCheck().toMillis())
                .bind("at", fresh.createdAt())
                .map((row, context) -> RegistrationStore.ids(row.getArray("earlier")))
                .findOne();
    }

    /** Writes that the start did not succeed: the dispatcher starts it. No effect once the workflow has written. */
    void notStarted(Handle handle, RegistrationId id, Instant at) {
        handle.createUpdate("""
                        UPDATE registrations SET status = 'ACCEPTED', attend_at = now(), updated_at = :at
                        WHERE id = :id AND status = 'RUNNING' AND run = 1 AND steps_as_of IS NULL
                        """).bind("id", id.value()).bind("at", at).execute();
    }

    /**
     * Writes COMPLETED unless there is a command, an undo or another run. Returns when it was accepted. It stays due
     * until the run has answered the commands that it has read.
     */
    Optional<Instant> complete(Handle handle, Outcome outcome) {
        return handle.createQuery("""
                        UPDATE registrations
                        SET status = 'COMPLETED', steps = CAST(:steps AS jsonb), errors = CAST(:errors AS jsonb),
                            waiting_on = NULL, steps_as_of = :at, updated_at = :at, finished_at = :at,
                            applied_seq = :applied, attending = FALSE, attend_for = NULL, attend_failures = 0,
                            attend_at = CASE WHEN money_open OR command_seq > 0 THEN now() END
                        WHERE id = :id AND run = :run AND command_seq = :applied AND compensating_at IS NULL
                          AND status IN ('ACCEPTED', 'RUNNING')
                        RETURNING created_at
                        """)
                .bind("id", outcome.registrationId().value())
                .bind("run", outcome.run())
                .bind("applied", outcome.appliedSeq())
                .bind("steps", json.write(outcome.steps()))
                .bind("errors", json.write(outcome.errors()))
                .bind("at", outcome.at())
                .map((row, context) -> row.getTimestamp("created_at").toInstant())
                .findOne();
    }

    /** Writes a run's progress; a late write never overwrites a later one, an end or another run's. */
    void progress(Handle handle, Progress progress) {
        handle.createUpdate("""
                        UPDATE registrations
                        SET steps = CAST(:steps AS jsonb), errors = CAST(:errors AS jsonb),
                            waiting_on = CAST(:waitingOn AS jsonb), steps_as_of = :at, updated_at = :at,
                            status = CASE WHEN status = 'ACCEPTED' THEN 'RUNNING' ELSE status END
                        WHERE id = :id AND run = :run AND status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING')
                          AND (steps_as_of IS NULL OR steps_as_of < :at)
                        """)
                .bind("id", progress.registrationId().value())
                .bind("run", progress.run())
                .bind("steps", json.write(progress.steps()))
                .bind("errors", json.write(progress.errors()))
                .bind("waitingOn", json.write(progress.waitingOn()))
                .bind("at", progress.at())
                .execute();
    }

    /** Locks the registration until the transaction ends: every change of its rows or commands starts with this. */
    public RegistrationFacts lock(Handle handle, RegistrationId id) {
        return find(handle, id).orElseThrow(() -> new IllegalStateException("no row of registration " + id));
    }

    /** The same for an id that may be unknown. */
    public Optional<RegistrationFacts> find(Handle handle, RegistrationId id) {
        return handle.createQuery(
                        "SELECT " + RegistrationFacts.COLUMNS + " FROM registrations WHERE id = :id FOR UPDATE")
                .bind("id", id.value())
                .map(new RegistrationFacts.Mapper())
                .findOne();
    }

    /**
     * The same, for a write of this run.
     *
     * @throws StaleRunException if another run has taken over: nothing may be written
     */
    public RegistrationFacts lock(Handle handle, RegistrationId id, int run) {
        RegistrationFacts facts = lock(handle, id);
        if (facts.run() != run) {
            throw new StaleRunException(id, run);
        }
        return facts;
    }

    /**
     * Takes over the registration for this run; a superseded run is refused. A claim that follows its own run's rest is
     * one of a repeated or of a late task: in case no run is alive behind it, the registration is checked soon.
     */
    RegistrationFacts claim(Handle handle, RegistrationId id, int run) {
        RegistrationFacts facts = lock(handle, id);
        if (facts.run() > run) {
            throw new StaleRunException(id, run);
        }
        handle.createUpdate("""
                        UPDATE registrations
                        SET run = :run, attending = TRUE, status = CASE WHEN status = 'ACCEPTED' THEN 'RUNNING' ELSE status END,
                            waiting_on = CASE WHEN run < :run THEN NULL ELSE waiting_on END,
                            attend_at = CASE WHEN run = :run AND NOT attending
                                             THEN LEAST(attend_at, now() + :check * interval '1 millisecond')
                                             ELSE attend_at END
                        WHERE id = :id
                        """)
                .bind("id", id.value())
                .bind("run", run)
                .bind("check", schedule.check().toMillis())
                .execute();
        return settle(handle, id, false);
    }

    /** Marks the undo as begun: no forward step runs from now on. To be followed by its rows and {@link #settle}. */
    public void beginUndo(
            Handle handle,
            RegistrationId id,
            RegistrationStatus intendedEnd,
            boolean inDoubt,
            @Nullable StepHistory history,
            Instant at) {
        handle.createUpdate("""
                        UPDATE registrations
                        SET compensating_at = COALESCE(compensating_at, :at), intended_end = :end, waiting_on = NULL,
                            steps = COALESCE(CAST(:steps AS jsonb), steps), errors = COALESCE(CAST(:errors AS jsonb), errors),
                            steps_as_of = CASE WHEN CAST(:steps AS text) IS NULL THEN steps_as_of ELSE CAST(:at AS timestamptz) END,
                            in_doubt = in_doubt OR :inDoubt, updated_at = :at
                        WHERE id = :id
                        """)
                .bind("id", id.value())
                .bind("end", intendedEnd.name())
                .bind("inDoubt", inDoubt)
                .bind("steps", history == null ? null : json.write(history.steps()))
                .bind("errors", history == null ? null : json.write(history.errors()))
                .bind("at", at)
                .execute();
    }

    /** Writes the steps as a run knows them. */
    public void steps(Handle handle, RegistrationId id, StepHistory history, Instant at) {
        handle.createUpdate("""
                        UPDATE registrations SET steps = CAST(:steps AS jsonb), errors = CAST(:errors AS jsonb),
                                                 steps_as_of = :at
                        WHERE id = :id
                        """)
                .bind("id", id.value())
                .bind("steps", json.write(history.steps()))
                .bind("errors", json.write(history.errors()))
                .bind("at", at)
                .execute();
    }

    /** Writes how it ends if it cannot continue; has no effect once its undo has begun. */
    public void intend(Handle handle, RegistrationId id, RegistrationStatus end) {
        handle.createUpdate("UPDATE registrations SET intended_end = :end WHERE id = :id AND compensating_at IS NULL")
                .bind("id", id.value())
                .bind("end", end.name())
                .execute();
    }

    /** Sets or clears the restriction that only an operator's command retries. */
    public void hold(Handle handle, RegistrationId id, boolean held) {
        handle.createUpdate("UPDATE registrations SET held = :held WHERE id = :id AND held <> :held")
                .bind("id", id.value())
                .bind("held", held)
                .execute();
    }

    /** Notes that something may still turn up: it is looked for after the end. */
    public void doubt(Handle handle, RegistrationId id) {
        handle.createUpdate("UPDATE registrations SET in_doubt = true WHERE id = :id AND NOT in_doubt")
                .bind("id", id.value())
                .execute();
    }

    /** Writes once which of several payments is kept. */
    public void keep(Handle handle, RegistrationId id, String transactionId) {
        handle.createUpdate("""
                        UPDATE registrations SET kept_transaction = COALESCE(kept_transaction, :transaction) WHERE id = :id
                        """)
                .bind("id", id.value())
                .bind("transaction", transactionId)
                .execute();
    }

    /** Records an answered late lookup; after the last one nothing is in doubt any more. */
    public void lookAnswered(Handle handle, RegistrationId id, int stage) {
        handle.createUpdate("""
                        UPDATE registrations
                        SET watch_stage = GREATEST(watch_stage, :stage), in_doubt = in_doubt AND :stage < :looks
                        WHERE id = :id
                        """)
                .bind("id", id.value())
                .bind("stage", stage)
                .bind("looks", schedule.lateChargeWatch().size())
                .execute();
    }

    /**
     * Writes the end of a run, or its wait for a later one: no run attends until the next due time. To be called with
     * the row locked and after commands up to {@code applied} were applied. Failures continue to count while a command
     * waits for a newer version.
     */
    RegistrationFacts rest(Handle handle, RegistrationId id, int applied) {
        handle.createUpdate("""
                        UPDATE registrations
                        SET attending = FALSE, applied_seq = :applied, waiting_on = NULL,
                            attend_failures = CASE WHEN command_seq > :applied THEN attend_failures ELSE 0 END
                        WHERE id = :id
                        """).bind("id", id.value()).bind("applied", applied).execute();
        return settle(handle, id, true);
    }

    /**
     * Derives the status, the open money and, at rest, the due time from what the transaction has written. The last
     * step of every transaction that changes facts, rows or commands; the row has to be locked.
     */
    public RegistrationFacts settle(Handle handle, RegistrationId id, boolean atRest) {
        RegistrationFacts facts = lock(handle, id);
        List<UndoRow> rows = UndoRow.of(handle, id);
        boolean unclosed = rows.stream().anyMatch(UndoRow::unclosed);
        RegistrationStatus status = RegistrationFacts.derive(
                facts.status(), facts.attending(), facts.undoBegun(), facts.intendedEnd(), unclosed);
        boolean ends = status.ended() && facts.finishedAt() == null;
        boolean retrying = atRest && unclosed;
        boolean first = retrying && facts.retrySince() == null;
        DueTime due = atRest
                ? DueTime.atRest(facts, status, rows, schedule, random.getAsDouble())
                : DueTime.running(facts, schedule);
        RegistrationFacts settled = handle.createQuery("""
                        UPDATE registrations
                        SET status = :status, finished_at = CASE WHEN :ends THEN now() ELSE finished_at END,
                            updated_at = CASE WHEN :changed THEN now() ELSE updated_at END,
                            money_open = :moneyOpen, attend_at = :attendAt, attend_for = :attendFor,
                            retry_since = CASE WHEN :unclosed THEN
                                          CASE WHEN :retrying THEN COALESCE(retry_since, now()) ELSE retry_since END END,
                            retries = CASE WHEN :unclosed THEN retries + CAST(:retrying AS int) ELSE 0 END
                        WHERE id = :id
                        RETURNING \
                        """ + RegistrationFacts.COLUMNS)
                .bind("id", id.value())
                .bind("status", status.name())
                .bind("ends", ends)
                .bind("changed", status != facts.status())
                .bind("moneyOpen", facts.inDoubt() || rows.stream().anyMatch(UndoRow::holdsMoney))
                .bind("attendAt", due.at())
                .bind("attendFor", due.service())
                .bind("unclosed", unclosed)
                .bind("retrying", retrying)
                .map(new RegistrationFacts.Mapper())
                .one();
        announce(handle, id, facts, status, first);
        if (status == RegistrationStatus.NEEDS_ATTENTION && first) {
            logAttention(handle, id, settled, rows);
        } else if (!facts.status().ended() && facts.retrySince() != null && !unclosed) {
            handle.afterCommit(() -> LOG.info(
                    "registration {} no longer needs attention: it is {}; amount {}", id, status, amount(facts)));
        }
        return settled;
    }

    /** One line when it first needs attention; the automatic tries that follow write none. */
    private static void logAttention(Handle handle, RegistrationId id, RegistrationFacts facts, List<UndoRow> rows) {
        List<UndoRow> open = rows.stream().filter(UndoRow::unclosed).toList();
        String actions = open.stream().map(UndoRow::action).distinct().collect(Collectors.joining(", "));
        String codes = open.stream().map(UndoRow::errorCode).distinct().collect(Collectors.joining(", "));
        handle.afterCommit(() -> LOG.warn(
                "registration {} needs attention: {}; amount {}; open undo work: {}",
                id,
                codes,
                amount(facts),
                actions));
    }

    private static String amount(RegistrationFacts facts) {
        return facts.price().amount().toPlainString() + " " + facts.price().currency();
    }

    private void announce(
            Handle handle, RegistrationId id, RegistrationFacts before, RegistrationStatus now, boolean first) {
        boolean attention = now == RegistrationStatus.NEEDS_ATTENTION && first;
        if (before.status() == now || !now.settled()) {
            return;
        }
        handle.afterCommit(() -> {
            if (now.ended() || attention) {
                meters.ended(now.name(), Duration.between(before.createdAt(), before.now()));
            }
            watch.completed(id, now);
        });
    }

    /** Whether a proved refund is due for a check now. */
    boolean refundLookDue(Handle handle, RegistrationFacts facts, RegistrationId id) {
        return DueTime.refundLooks(UndoRow.of(handle, id), schedule).anyMatch(due -> !due.isAfter(facts.now()));
    }

    /** Counts one more command and makes the registration due; returns the command's number. */
    int countCommand(Handle handle, UUID id) {
        return handle.createQuery("""
                        UPDATE registrations SET command_seq = command_seq + 1, attend_at = now(), attend_for = NULL
                        WHERE id = :id RETURNING command_seq
                        """).bind("id", id).mapTo(Integer.class).one();
    }
}
