package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import io.temporal.activity.Activity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;

/** Writes a registration's row from its workflow, over JDBI. Thread-safe. */
public final class JdbiRegistrationRecords implements RegistrationRecords {

    /** A local outcome shares its 2 s with the wait for a connection (1 s). */
    private static final int LOCAL_SECONDS = 1;

    private static final int DURABLE_SECONDS = 10;

    private final Jdbi jdbi;
    private final JsonColumns json;
    private final RegistrarMeters meters;
    private final SettledListener listener;

    public JdbiRegistrationRecords(Jdbi jdbi, JsonColumns json, RegistrarMeters meters, SettledListener listener) {
        this.meters = meters;
        this.jdbi = jdbi;
        this.json = json;
        this.listener = listener;
    }

    @Override
    public OutcomeAnswer recordOutcome(Outcome outcome) {
        boolean local = Activity.getExecutionContext().getInfo().isLocal();
        Optional<OutcomeAnswer> refused = jdbi.withHandle(handle -> {
            handle.getConfig(SqlStatements.class).setQueryTimeout(local ? LOCAL_SECONDS : DURABLE_SECONDS);
            Optional<Instant> acceptedAt = write(handle, outcome);
            acceptedAt.ifPresent(since -> meters.ended(outcome.status().name(), Duration.between(since, outcome.at())));
            return acceptedAt.isPresent() ? Optional.empty() : Optional.of(read(handle, outcome.registrationId()));
        });
        OutcomeAnswer answer = refused.orElseGet(() -> new OutcomeAnswer(outcome.status(), false, false));
        if (answer.status().settled()) {
            if (refused.isEmpty()) {
                listener.settled(outcome);
            } else {
                listener.settled(outcome.registrationId(), answer.status());
            }
        }
        return answer;
    }

    /** When it was accepted; empty where the row did not let it be written. */
    private Optional<Instant> write(Handle handle, Outcome outcome) {
        return handle.createQuery("""
                        UPDATE registrations
                        SET status = :status, steps = CAST(:steps AS jsonb), errors = CAST(:errors AS jsonb),
                            waiting_on = NULL, steps_as_of = :at, updated_at = :at,
                            finished_at = CASE WHEN :status = 'NEEDS_ATTENTION' THEN NULL ELSE CAST(:at AS timestamptz) END
                        WHERE id = :id AND status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')
                          AND (:status <> 'COMPLETED' OR (cancel_requested_at IS NULL AND compensating_at IS NULL))
                        RETURNING created_at
                        """)
                .bind("id", outcome.registrationId().value())
                .bind("status", outcome.status().name())
                .bind("steps", json.write(outcome.steps()))
                .bind("errors", json.write(outcome.errors()))
                .bind("at", outcome.at())
                .map((row, context) -> row.getTimestamp("created_at").toInstant())
                .findOne();
    }

    private static OutcomeAnswer read(Handle handle, RegistrationId id) {
        return handle.createQuery("""
                        SELECT status, cancel_requested_at IS NOT NULL AS cancelled, compensating_at IS NOT NULL AS undo
                        FROM registrations WHERE id = :id
                        """)
                .bind("id", id.value())
                .map((row, context) -> new OutcomeAnswer(
                        RegistrationStatus.valueOf(row.getString("status")),
                        row.getBoolean("cancelled"),
                        row.getBoolean("undo")))
                .findOne()
                .orElseThrow(() -> new IllegalStateException("no row of registration " + id));
    }

    @Override
    public void recordProgress(Progress progress) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE registrations
                        SET steps = CAST(:steps AS jsonb), errors = CAST(:errors AS jsonb),
                            waiting_on = CAST(:waitingOn AS jsonb), steps_as_of = :at, updated_at = :at,
                            status = CASE WHEN status = 'ACCEPTED' THEN 'RUNNING' ELSE status END
                        WHERE id = :id AND status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING')
                          AND (steps_as_of IS NULL OR steps_as_of < :at)
                        """)
                .bind("id", progress.registrationId().value())
                .bind("steps", json.write(progress.steps()))
                .bind("errors", json.write(progress.errors()))
                .bind("waitingOn", json.write(progress.waitingOn()))
                .bind("at", progress.at())
                .execute());
    }
}
