package dev.registrar.compensation;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Writes the ledger of undo work over JDBI. Thread-safe. */
public final class JdbiCompensationRecords implements CompensationRecords {

    private final Jdbi jdbi;
    private final JsonColumns json;

    public JdbiCompensationRecords(Jdbi jdbi, JsonColumns json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    @Override
    public UndoBegun beginUndo(BeginUndo request) {
        return jdbi.inTransaction(handle -> {
            Standing standing = lock(handle, request.registrationId());
            if (standing.status().ended()) {
                return new UndoBegun(standing.status(), standing.status(), List.of());
            }
            RegistrationStatus end = standing.intendedEnd();
            if (end == null) {
                mark(handle, request);
                insert(handle, request);
                end = request.intendedEnd();
            }
            List<Compensation> rows = CompensationLedger.of(handle, request.registrationId());
            return new UndoBegun(
                    null,
                    end,
                    CompensationLedger.rows(rows.stream()
                            .filter(row -> row.action() != UndoAction.RESOLVE_PAYMENT)
                            .toList()));
        });
    }

    /** @param intendedEnd there once an undo has begun */
    private record Standing(
            RegistrationStatus status, @Nullable RegistrationStatus intendedEnd) {}

    private static Standing lock(Handle handle, RegistrationId id) {
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

    private void mark(Handle handle, BeginUndo request) {
        handle.createUpdate("""
                        UPDATE registrations
                        SET compensating_at = :at, status = 'COMPENSATING', intended_end = :end, waiting_on = NULL,
                            steps = CAST(:steps AS jsonb), errors = CAST(:errors AS jsonb), steps_as_of = :at,
                            charge_in_doubt = :inDoubt, updated_at = :at
                        WHERE id = :id
                        """)
                .bind("id", request.registrationId().value())
                .bind("end", request.intendedEnd().name())
                .bind("inDoubt", request.chargeInDoubt())
                .bind("steps", json.write(request.steps()))
                .bind("errors", json.write(request.errors()))
                .bind("at", request.at())
                .execute();
    }

    private static void insert(Handle handle, BeginUndo request) {
        UndoState state = UndoState.OPEN;
        for (PlannedUndo undo : request.undo()) {
            insert(handle, request.registrationId(), undo, state, request.intendedEnd(), null, request.at());
            state = UndoState.PLANNED;
        }
    }

    private static void insert(
            Handle handle,
            RegistrationId id,
            PlannedUndo undo,
            UndoState state,
            RegistrationStatus intendedEnd,
            @Nullable String errorCode,
            Instant at) {
        Money amount = undo.amount();
        handle.createUpdate("""
                        INSERT INTO compensations (id, registration_id, position, action, service, state, reference, amount,
                                                   currency, intended_end, last_error_code, first_failed_at,
                                                   last_failed_at, opened_at)
                        VALUES (:rowId, :id, :position, :action, :service, :state, :reference, :amount, :currency, :end,
                                :errorCode, :failedAt, :failedAt, :at)
                        ON CONFLICT (registration_id, action) DO NOTHING
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
    }

    @Override
    public void closeUndo(CloseUndo request) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                            UPDATE compensations
                            SET state = 'DONE', attempts = attempts + :attempts, closed_at = :at, closed_by = 'provider'
                            WHERE id = :rowId AND state NOT IN ('DONE', 'RESOLVED')
                            """)
                    .bind("rowId", request.rowId())
                    .bind("attempts", request.attempts())
                    .bind("at", request.at())
                    .execute();
            openNext(handle, request.registrationId());
        });
    }

    /** Opens the next PLANNED row where none before it is still to be done. */
    private static void openNext(Handle handle, RegistrationId id) {
        handle.createUpdate("""
                        UPDATE compensations SET state = 'OPEN'
                        WHERE state = 'PLANNED'
                          AND id = (SELECT id FROM compensations
                                    WHERE registration_id = :id AND state NOT IN ('DONE', 'RESOLVED')
                                    ORDER BY position LIMIT 1)
                        """).bind("id", id.value()).execute();
    }

    @Override
    public void leaveOpen(LeaveOpen request) {
        Money remainder = request.remainder();
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE compensations
                        SET state = 'OPEN', attempts = attempts + :attempts, last_error_code = :code,
                            amount = COALESCE(CAST(:remainder AS numeric), amount),
                            first_failed_at = COALESCE(first_failed_at, :at), last_failed_at = :at
                        WHERE id = :rowId AND state NOT IN ('DONE', 'RESOLVED')
                          AND (last_failed_at IS NULL OR last_failed_at < :at)
                        """)
                .bind("rowId", request.rowId())
                .bind("attempts", request.attempts())
                .bind("code", request.errorCode())
                .bind("remainder", remainder == null ? null : remainder.amount())
                .bind("at", request.at())
                .execute());
    }

    @Override
    public void openResolvePayment(OpenResolvePayment request) {
        PlannedUndo undo = new PlannedUndo(UndoAction.RESOLVE_PAYMENT, request.reference(), request.atRisk());
        jdbi.useTransaction(handle -> {
            Standing standing = lock(handle, request.registrationId());
            if (!standing.status().ended()) {
                insert(
                        handle,
                        request.registrationId(),
                        undo,
                        UndoState.OPEN,
                        request.intendedEnd(),
                        request.errorCode(),
                        request.at());
            }
        });
    }
}
