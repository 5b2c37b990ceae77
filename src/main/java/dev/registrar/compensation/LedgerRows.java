package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.LeaveOpen;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes single rows of the ledger, inside a transaction that has locked the registration. */
final class LedgerRows {

    private final RegistrarMeters meters;
    private final UndoFailures failures;

    LedgerRows(RegistrarMeters meters, UndoFailures failures) {
        this.meters = meters;
        this.failures = failures;
    }

    /** Inserts all as PLANNED and opens the first one due. A row that was done is reopened by the same key. */
    void plan(Handle handle, RegistrationId id, List<PlannedUndo> undo, Instant at) {
        undo.forEach(planned -> insert(handle, id, planned, UndoState.PLANNED, null, at));
        openNext(handle, id);
    }

    void insert(
            Handle handle,
            RegistrationId id,
            PlannedUndo undo,
            UndoState state,
            @Nullable String errorCode,
            Instant at) {
        Money amount = undo.amount();
        int written = handle.createUpdate("""
                        INSERT INTO compensations (id, registration_id, position, action, service, state, reference,
                                                   idempotency_key, amount, currency, last_error_code, first_failed_at,
                                                   last_failed_at, opened_at, registered_at)
                        VALUES (:rowId, :id, :position, :action, :service, :state, :reference, :key, :amount, :currency,
                                :errorCode, :failedAt, :failedAt, :at,
                                (SELECT created_at FROM registrations WHERE id = :id))
                        ON CONFLICT (registration_id, action, idempotency_key) DO UPDATE
                        SET state = excluded.state, reference = excluded.reference, amount = excluded.amount,
                            currency = excluded.currency, opened_at = excluded.opened_at,
                            registered_at = excluded.registered_at,
                            last_error_code = excluded.last_error_code, closed_at = NULL, closed_by = NULL,
                            resolution = NULL, watch_stage = 0
                        WHERE compensations.state = 'DONE'
                          AND (compensations.reference IS NULL OR compensations.reference = excluded.reference)
                        """)
                .bind("rowId", UUID.randomUUID())
                .bind("id", id.value())
                .bind("position", undo.action().position())
                .bind("action", undo.action().code())
                .bind("service", undo.action().service().code())
                .bind("state", state.name())
                .bind("reference", undo.reference())
                .bind("key", undo.idempotencyKey())
                .bind("amount", amount == null ? null : amount.amount())
                .bind("currency", amount == null ? null : amount.currency())
                .bind("errorCode", errorCode)
                .bind("failedAt", errorCode == null ? null : at)
                .bind("at", at)
                .execute();
        if (written == 1) {
            handle.afterCommit(() -> meters.undo(undo.action().code(), "planned"));
        }
    }

    /** Closes a row and opens the next; returns false if it was closed already. */
    boolean close(
            Handle handle,
            RegistrationId id,
            UUID rowId,
            UndoState state,
            int attempts,
            List<AttemptFailure> failed,
            @Nullable String resolution,
            Instant at) {
        Optional<String> action = handle.createQuery("""
                        UPDATE compensations
                        SET state = :state, attempts = attempts + :attempts, closed_at = :at, closed_by = :closedBy,
                            failures = COALESCE(CAST(:failures AS jsonb), failures),
                            resolution = CAST(:resolution AS jsonb), attempt_until = NULL
                        WHERE id = :rowId AND closed_at IS NULL RETURNING action
                        """)
                .bind("rowId", rowId)
                .bind("state", state.name())
                .bind("attempts", attempts)
                .bind("failures", failures.with(handle, rowId, failed))
                .bind("closedBy", state == UndoState.DONE ? "provider" : "operator")
                .bind("resolution", resolution)
                .bind("at", at)
                .mapTo(String.class)
                .findOne();
        action.ifPresent(code ->
                handle.afterCommit(() -> meters.undo(code, state == UndoState.DONE ? "done" : "resolved")));
        openNext(handle, id);
        return action.isPresent();
    }

    /** Leaves a row open with its error. */
    void leaveOpen(Handle handle, LeaveOpen request) {
        handle.createQuery("""
                        UPDATE compensations
                        SET attempts = attempts + :attempts, last_error_code = :code, attempt_until = NULL,
                            failures = COALESCE(CAST(:failures AS jsonb), failures),
                            first_failed_at = COALESCE(first_failed_at, :at), last_failed_at = :at
                        WHERE id = :rowId AND closed_at IS NULL AND (last_failed_at IS NULL OR last_failed_at < :at)
                        RETURNING action
                        """)
                .bind("rowId", request.rowId())
                .bind("attempts", request.attempts())
                .bind("failures", failures.with(handle, request.rowId(), request.failures()))
                .bind("code", request.errorCode())
                .bind("at", request.at())
                .mapTo(String.class)
                .findOne()
                .ifPresent(action -> handle.afterCommit(() -> meters.undo(action, "left_open")));
    }

    /** Opens the next PLANNED rows: those of the lowest position that is not closed. */
    private static void openNext(Handle handle, RegistrationId id) {
        handle.createUpdate("""
                        UPDATE compensations SET state = 'OPEN'
                        WHERE registration_id = :id AND state = 'PLANNED'
                          AND position = (SELECT min(position) FROM compensations
                                          WHERE registration_id = :id AND closed_at IS NULL)
                        """).bind("id", id.value()).execute();
    }
}
