package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes single rows of the ledger, inside the transaction of whoever calls. */
final class CompensationRows {

    private final RegistrarMeters meters;

    CompensationRows(RegistrarMeters meters) {
        this.meters = meters;
    }

    /** How a registration stands. */
    record Standing(RegistrationStatus status, @Nullable RegistrationStatus intendedEnd) {

        /** Whether its undo has begun. */
        boolean undoBegun() {
            return intendedEnd != null;
        }
    }

    /** Locks the registration until the transaction ends; all changes of its rows go through here first. */
    Standing lock(Handle handle, RegistrationId id) {
        return handle.createQuery("""
                        SELECT status, CASE WHEN compensating_at IS NOT NULL THEN intended_end END AS intended_end
                        FROM registrations WHERE id = :id FOR UPDATE
                        """)
                .bind("id", id.value())
                .map((row, context) -> {
                    String end = row.getString("intended_end");
                    return new Standing(
                            RegistrationStatus.valueOf(row.getString("status")),
                            end == null ? null : RegistrationStatus.valueOf(end));
                })
                .findOne()
                .orElseThrow(() -> new IllegalStateException("no row of registration " + id));
    }

    /** Inserts all as PLANNED, and opens the first that is to be done. A closed row of the same action opens again. */
    void plan(Handle handle, RegistrationId id, List<PlannedUndo> undo, RegistrationStatus intendedEnd, Instant at) {
        for (PlannedUndo planned : undo) {
            insert(handle, id, planned, UndoState.PLANNED, intendedEnd, null, at);
        }
        openNext(handle, id);
    }

    void insert(
            Handle handle,
            RegistrationId id,
            PlannedUndo undo,
            UndoState state,
            RegistrationStatus intendedEnd,
            @Nullable String errorCode,
            Instant at) {
        Money amount = undo.amount();
        int written = handle.createUpdate("""
                        INSERT INTO compensations (id, registration_id, position, action, service, state, reference, amount,
                                                   currency, intended_end, last_error_code, first_failed_at,
                                                   last_failed_at, opened_at)
                        VALUES (:rowId, :id, :position, :action, :service, :state, :reference, :amount, :currency, :end,
                                :errorCode, :failedAt, :failedAt, :at)
                        ON CONFLICT (registration_id, action) DO UPDATE
                        SET state = excluded.state, reference = excluded.reference, amount = excluded.amount,
                            currency = excluded.currency, opened_at = excluded.opened_at,
                            last_error_code = excluded.last_error_code, closed_at = NULL, closed_by = NULL,
                            resolution = NULL
                        WHERE compensations.state IN ('DONE', 'RESOLVED')
                        """)
                .bind("rowId", UUID.randomUUID())
                .bind("id", id.value())
                .bind("position", undo.action().position())
                .bind("action", undo.action().code())
                .bind("service", undo.action().service().code())
                .bind("state", state.name())
                .bind("reference", undo.reference())
                .bind("amount", amount == null ? null : amount.amount())
                .bind("currency", amount == null ? null : amount.currency())
                .bind("end", intendedEnd.name())
                .bind("errorCode", errorCode)
                .bind("failedAt", errorCode == null ? null : at)
                .bind("at", at)
                .execute();
        if (written == 1) {
            handle.afterCommit(() -> meters.undo(undo.action().code(), "planned"));
        }
    }

    /** Closes a row that is not closed; false where it was. */
    boolean close(
            Handle handle,
            UUID rowId,
            UndoState state,
            int attempts,
            String closedBy,
            @Nullable String resolution,
            Instant at) {
        Optional<String> action = handle.createQuery("""
                        UPDATE compensations
                        SET state = :state, attempts = attempts + :attempts, closed_at = :at, closed_by = :closedBy,
                            resolution = CAST(:resolution AS jsonb), claimed_by = NULL, claimed_until = NULL
                        WHERE id = :rowId AND state NOT IN ('DONE', 'RESOLVED') RETURNING action
                        """)
                .bind("rowId", rowId)
                .bind("state", state.name())
                .bind("attempts", attempts)
                .bind("closedBy", closedBy)
                .bind("resolution", resolution)
                .bind("at", at)
                .mapTo(String.class)
                .findOne();
        action.ifPresent(code ->
                handle.afterCommit(() -> meters.undo(code, state == UndoState.DONE ? "done" : "resolved")));
        return action.isPresent();
    }

    /** Opens the next PLANNED row where none before it is still to be done. */
    void openNext(Handle handle, RegistrationId id) {
        handle.createUpdate("""
                        UPDATE compensations SET state = 'OPEN'
                        WHERE state = 'PLANNED'
                          AND id = (SELECT id FROM compensations
                                    WHERE registration_id = :id AND state NOT IN ('DONE', 'RESOLVED')
                                    ORDER BY position LIMIT 1)
                        """).bind("id", id.value()).execute();
    }

    /** Ends a registration that waited for its last row, where that is closed now. */
    void endWhereClosed(Handle handle, RegistrationId id, Instant at) {
        handle.createQuery("""
                        UPDATE registrations SET status = intended_end, finished_at = :at, updated_at = :at
                        WHERE id = :id AND status = 'NEEDS_ATTENTION' AND compensating_at IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM compensations
                                          WHERE registration_id = :id AND state NOT IN ('DONE', 'RESOLVED'))
                        RETURNING status, created_at
                        """)
                .bind("id", id.value())
                .bind("at", at)
                .map((row, context) -> new Ended(
                        row.getString("status"),
                        Duration.between(row.getTimestamp("created_at").toInstant(), at)))
                .findOne()
                .ifPresent(ended -> handle.afterCommit(() -> meters.ended(ended.status(), ended.took())));
    }

    private record Ended(String status, Duration took) {}

    /** Lets the sweeper start a registration again that waited for the answer about its payment. */
    void goOn(Handle handle, RegistrationId id, Instant at) {
        handle.createUpdate("""
                        UPDATE registrations SET status = 'RUNNING', lease_until = NULL, updated_at = :at
                        WHERE id = :id AND status = 'NEEDS_ATTENTION' AND compensating_at IS NULL
                        """).bind("id", id.value()).bind("at", at).execute();
    }
}
