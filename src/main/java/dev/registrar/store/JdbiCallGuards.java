package dev.registrar.store;

import dev.registrar.model.ForwardGuard;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UndoGuard;
import dev.registrar.model.UndoGuard.UndoRefusedException;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/** Checks the row before a call that has an effect. Thread-safe. */
public final class JdbiCallGuards implements ForwardGuard, UndoGuard {

    /** The call is sent within this time after it was marked. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    /** An undo reads, sends and reads again. */
    private static final int CALLS = 3;

    private final Jdbi jdbi;
    private final RegistrationTransitions transitions;
    private final Duration longestCall;

    /** @param longestCall the longest whole call to a critical provider */
    public JdbiCallGuards(Jdbi jdbi, RegistrationTransitions transitions, Duration longestCall) {
        this.longestCall = longestCall;
        this.jdbi = jdbi;
        this.transitions = transitions;
    }

    @Override
    public void requireForward(RegistrationId id, Origin origin) {
        String standing = jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT CASE WHEN compensating_at IS NOT NULL OR run > :run OR status IN ('FAILED', 'CANCELLED')
                                        THEN 'turned_back'
                                    WHEN command_seq > applied_seq AND status <> 'COMPLETED'
                                         AND (intended_end = 'CANCELLED'
                                              OR EXISTS (SELECT 1 FROM commands c WHERE c.registration_id = r.id
                                                           AND c.kind = 'cancel' AND c.applied_at IS NULL))
                                        THEN 'cancel_requested'
                                    ELSE 'forward' END
                        FROM registrations r WHERE id = :id
                        """)
                .bind("id", id.value())
                .bind("run", origin.run())
                .mapTo(String.class)
                .findOne()
                .orElse("turned_back"));
        switch (standing) {
            case "turned_back" -> throw new ForwardRefusedException(id);
            case "cancel_requested" -> throw ForwardRefusedException.cancelRequested(id);
            default -> {
                // It may continue forward.
            }
        }
    }

    @Override
    public void requireRevocable(RegistrationId id) {
        boolean completed = jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM registrations WHERE id = :id AND status = 'COMPLETED')")
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .one());
        if (completed) {
            throw ForwardRefusedException.completed(id);
        }
    }

    /** Also refused if there is a command that the run has not seen: it is applied before anything is sent. */
    @Override
    public void begin(RegistrationId id, UndoAttempt attempt, Duration deadline) {
        Duration calls = longestCall.multipliedBy(CALLS);
        Duration limit = deadline.compareTo(calls) < 0 ? deadline : calls;
        boolean marked = jdbi.inTransaction(handle -> {
            RegistrationFacts facts = transitions.lock(handle, id);
            return facts.run() == attempt.run()
                    && facts.commandSeq() <= attempt.seen()
                    && handle.createUpdate("""
                                    UPDATE compensations
                                    SET attempt_until = now() + :millis * interval '1 millisecond'
                                    WHERE id = :row AND closed_at IS NULL
                                    """)
                                    .bind("row", attempt.rowId())
                                    .bind("millis", limit.plus(MARGIN).toMillis())
                                    .execute()
                            == 1;
        });
        if (!marked) {
            throw new UndoRefusedException(id);
        }
    }
}
