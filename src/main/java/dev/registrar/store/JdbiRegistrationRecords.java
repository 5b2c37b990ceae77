package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reads and writes a registration's row for its run, over JDBI. Thread-safe. */
public final class JdbiRegistrationRecords implements RegistrationRecords {

    private final Jdbi jdbi;
    private final AttemptTransactions attempts;
    private final JsonColumns json;
    private final RegistrationTransitions transitions;
    private final CommandInbox inbox;
    private final AttendCommands attends;
    private final CompletionWatch watch;
    private final RegistrarMeters meters;
    private final Consumer<RegistrationId> ring;

    /** @param ring wakes the run of a registration that has received a command */
    public JdbiRegistrationRecords(
            Jdbi jdbi,
            JsonColumns json,
            RegistrationTransitions transitions,
            CommandInbox inbox,
            CompletionWatch watch,
            RegistrarMeters meters,
            Consumer<RegistrationId> ring) {
        this.jdbi = jdbi;
        this.attempts = new AttemptTransactions(jdbi);
        this.json = json;
        this.transitions = transitions;
        this.inbox = inbox;
        this.attends = new AttendCommands(inbox, meters);
        this.watch = watch;
        this.meters = meters;
        this.ring = ring;
    }

    @Override
    public OutcomeAnswer recordOutcome(Outcome outcome) {
        Optional<OutcomeAnswer> refused = attempts.statements(handle -> {
            Optional<Instant> acceptedAt = transitions.complete(handle, outcome);
            acceptedAt.ifPresent(since -> counted(outcome, since));
            return acceptedAt.isPresent() ? Optional.empty() : Optional.of(refusal(handle, outcome));
        });
        OutcomeAnswer answer = refused.orElseGet(() -> new OutcomeAnswer(RegistrationStatus.COMPLETED, false, false));
        if (refused.isEmpty()) {
            watch.completed(outcome);
        } else if (answer.status().settled()) {
            watch.completed(outcome.registrationId(), answer.status());
        }
        return answer;
    }

    /** Only a first run's time is the service's: before a later one the registration waited for a repair or a restart. */
    private void counted(Outcome outcome, Instant acceptedAt) {
        if (outcome.run() == 1) {
            meters.ended(RegistrationStatus.COMPLETED.name(), Duration.between(acceptedAt, outcome.at()));
        } else {
            meters.completedLater();
        }
    }

    private OutcomeAnswer refusal(Handle handle, Outcome outcome) {
        return handle.inTransaction(inside -> {
            RegistrationFacts facts = transitions.lock(inside, outcome.registrationId());
            if (!facts.status().ended()) {
                // A superseded run is refused; its own end, written by a lost attempt, is an answer.
                transitions.lock(inside, outcome.registrationId(), outcome.run());
            }
            return new OutcomeAnswer(facts.status(), facts.commandSeq() > outcome.appliedSeq(), facts.undoBegun());
        });
    }

    @Override
    public void recordProgress(Progress progress) {
        jdbi.useHandle(handle -> transitions.progress(handle, progress));
    }

    @Override
    public Standing claim(RunOf request) {
        return attempts.inTransaction(handle -> {
            RegistrationId id = request.registrationId();
            RegistrationFacts facts = transitions.claim(handle, id, request.run());
            return new Standing(
                    facts.status(),
                    facts.undoBegun(),
                    facts.intendedEnd(),
                    facts.held(),
                    history(handle, id),
                    resolution(handle, id),
                    facts.keptTransaction(),
                    facts.lookDue(transitions.schedule()) ? Integer.valueOf(facts.watchStage() + 1) : null,
                    transitions.refundLookDue(handle, facts, id),
                    facts.commandSeq(),
                    pending(handle, id));
        });
    }

    private StepHistory history(Handle handle, RegistrationId id) {
        return handle.createQuery("SELECT steps, errors FROM registrations WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> json.history(row))
                .one();
    }

    private @Nullable PaymentResolution resolution(Handle handle, RegistrationId id) {
        return handle.createQuery("""
                        SELECT CAST(resolution AS text) FROM compensations
                        WHERE registration_id = :id AND action = 'resolve_payment' AND closed_at IS NOT NULL
                          AND resolution -> 'outcome' IS NOT NULL
                        """)
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne()
                .map(text -> json.readExactly(text, PaymentResolution.class))
                .orElse(null);
    }

    private List<PendingCommand> pending(Handle handle, RegistrationId id) {
        return inbox.pending(handle, id).stream()
                .map(command -> new PendingCommand(
                        command.seq(), command.kind().code(), command.target(), !command.byOperator(), command.newer()))
                .toList();
    }

    @Override
    public List<PendingCommand> pendingCommands(RunOf request) {
        return attempts.inTransaction(handle -> {
            transitions.lock(handle, request.registrationId(), request.run());
            return pending(handle, request.registrationId());
        });
    }

    @Override
    public void applyCancel(CommandOf request) {
        jdbi.useTransaction(handle -> {
            RegistrationFacts facts = transitions.lock(handle, request.registrationId(), request.run());
            boolean effective = !facts.undoBegun() && !facts.status().ended();
            if (effective) {
                transitions.intend(handle, request.registrationId(), RegistrationStatus.CANCELLED);
            }
            inbox.applied(handle, request.registrationId(), request.seq(), null, effective ? null : "no_effect");
        });
    }

    @Override
    public void recordApplied(Applied request) {
        jdbi.useTransaction(handle -> {
            transitions.lock(handle, request.registrationId(), request.run());
            String result = json.write(request.result());
            if (inbox.applied(handle, request.registrationId(), request.seq(), result, request.errorCode())) {
                closeMessages(handle, request, result);
            }
        });
    }

    /** Writes the result of a resend to the batches that requested it. */
    private void closeMessages(Handle handle, Applied request, @Nullable String result) {
        handle.createQuery("""
                        UPDATE batch_items i
                        SET result = CASE WHEN failed.code IS NULL THEN 'VERIFIED'
                                          WHEN failed.code LIKE '%\\_unknown' THEN 'UNKNOWN'
                                          ELSE 'STILL_FAILING' END,
                            error_code = failed.code, finished_at = now()
                        FROM (SELECT COALESCE(CAST(:code AS text),
                                              (SELECT s."errorCode"
                                               FROM jsonb_to_recordset(CAST(:result AS jsonb))
                                                    AS s(status text, "errorCode" text)
                                               WHERE s.status <> 'SUCCEEDED' LIMIT 1)) AS code) failed
                        WHERE i.registration_id = :id AND i.command_seq = :seq AND i.result IS NULL
                          AND i.compensation_id IS NULL
                        RETURNING i.result
                        """)
                .bind("code", request.errorCode())
                .bind("result", result)
                .bind("id", request.registrationId().value())
                .bind("seq", request.seq())
                .mapTo(String.class)
                .forEach(item -> handle.afterCommit(() -> meters.replayItem(item.toLowerCase(Locale.ROOT))));
    }

    @Override
    public RestAnswer rest(Rest request) {
        return attempts.inTransaction(handle -> {
            RegistrationId id = request.registrationId();
            RegistrationFacts facts = transitions.lock(handle, id, request.run());
            if (facts.commandSeq() > request.seen() && !newerIsNext(handle, id, request.seen())) {
                return new RestAnswer(facts.status(), true);
            }
            StepHistory history = request.history();
            // A repeated task may know less than the one whose result was lost, and which completed the registration.
            if (history != null && facts.status() != RegistrationStatus.COMPLETED) {
                transitions.steps(handle, id, history, request.at());
            }
            Integer answered = request.lookAnswered();
            if (answered != null) {
                transitions.lookAnswered(handle, id, answered);
            }
            if (attends.close(handle, id, request.seen(), request.lookError())) {
                transitions.hold(handle, id, false);
            }
            return new RestAnswer(transitions.rest(handle, id, request.seen()).status(), false);
        });
    }

    private boolean newerIsNext(Handle handle, RegistrationId id, int seen) {
        return inbox.pending(handle, id).stream()
                .filter(command -> command.seq() > seen)
                .findFirst()
                .filter(Command::newer)
                .isPresent();
    }

    @Override
    public int attendToEarlier(Earlier request) {
        int seq = jdbi.inTransaction(handle -> {
            transitions.lock(handle, request.earlier());
            return inbox.add(handle, request.earlier(), Command.Kind.ATTEND, "", null, CommandInbox.Sender.SERVICE);
        });
        ring.accept(request.earlier());
        return seq;
    }

    @Override
    public EarlierAnswer earlierAnswer(EarlierCommand request) {
        Optional<Command> command = inbox.find(request.earlier(), request.seq());
        boolean attended = command.map(Command::applied).orElse(true);
        return new EarlierAnswer(
                attended, attended && command.map(Command::errorCode).isEmpty());
    }
}
