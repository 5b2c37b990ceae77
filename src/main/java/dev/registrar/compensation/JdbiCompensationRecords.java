package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRows.Standing;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepHistory;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Writes the ledger of undo work over JDBI. Thread-safe. */
public final class JdbiCompensationRecords implements CompensationRecords {

    private static final String PROVIDER = "provider";

    private final Jdbi jdbi;
    private final JsonColumns json;
    private final RegistrarMeters meters;
    private final CompensationRows rows;

    public JdbiCompensationRecords(Jdbi jdbi, JsonColumns json, RegistrarMeters meters) {
        this.meters = meters;
        this.rows = new CompensationRows(meters);
        this.jdbi = jdbi;
        this.json = json;
    }

    @Override
    public UndoBegun beginUndo(BeginUndo request) {
        return jdbi.inTransaction(handle -> {
            Standing standing = rows.lock(handle, request.registrationId());
            if (standing.status().ended()) {
                return new UndoBegun(standing.status(), standing.status(), List.of(), null);
            }
            RegistrationStatus end = standing.intendedEnd();
            if (end == null) {
                end = request.intendedEnd();
                mark(handle, request);
                rows.plan(handle, request.registrationId(), request.undo(), end, request.at());
            }
            return new UndoBegun(
                    null, end, undoRows(handle, request.registrationId()), history(handle, request.registrationId()));
        });
    }

    private static List<UndoRow> undoRows(Handle handle, RegistrationId id) {
        return CompensationLedger.rows(CompensationLedger.of(handle, id).stream()
                .filter(row -> row.action() != UndoAction.RESOLVE_PAYMENT)
                .toList());
    }

    private StepHistory history(Handle handle, RegistrationId id) {
        return handle.createQuery("SELECT steps, errors FROM registrations WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> json.history(row))
                .one();
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

    @Override
    public void closeUndo(CloseUndo request) {
        jdbi.useTransaction(handle -> {
            rows.lock(handle, request.registrationId());
            rows.close(handle, request.rowId(), UndoState.DONE, request.attempts(), PROVIDER, null, request.at());
            rows.openNext(handle, request.registrationId());
            rows.endWhereClosed(handle, request.registrationId(), request.at());
        });
    }

    @Override
    public void leaveOpen(LeaveOpen request) {
        Money remainder = request.remainder();
        jdbi.useHandle(handle -> handle.createQuery("""
                        UPDATE compensations
                        SET state = 'OPEN', attempts = attempts + :attempts, last_error_code = :code,
                            amount = COALESCE(CAST(:remainder AS numeric), amount),
                            first_failed_at = COALESCE(first_failed_at, :at), last_failed_at = :at,
                            claimed_by = NULL, claimed_until = NULL
                        WHERE id = :rowId AND state NOT IN ('DONE', 'RESOLVED')
                          AND (last_failed_at IS NULL OR last_failed_at < :at) RETURNING action
                        """)
                .bind("rowId", request.rowId())
                .bind("attempts", request.attempts())
                .bind("code", request.errorCode())
                .bind("remainder", remainder == null ? null : remainder.amount())
                .bind("at", request.at())
                .mapTo(String.class)
                .findOne()
                .ifPresent(action -> meters.undo(action, "left_open")));
    }

    @Override
    public void openResolvePayment(OpenResolvePayment request) {
        PlannedUndo undo = new PlannedUndo(UndoAction.RESOLVE_PAYMENT, request.reference(), request.atRisk());
        jdbi.useTransaction(handle -> {
            Standing standing = rows.lock(handle, request.registrationId());
            if (!standing.status().ended()) {
                rows.insert(
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

    @Override
    public void resolvePayment(ResolvePayment request) {
        jdbi.useTransaction(handle -> {
            rows.lock(handle, request.registrationId());
            PaymentResolution resolution = request.resolution();
            boolean closed = rows.close(
                    handle, request.rowId(), UndoState.DONE, 0, PROVIDER, json.write(resolution), request.at());
            if (closed) {
                rows.goOn(handle, request.registrationId(), request.at());
            }
        });
    }

    @Override
    public List<UndoRow> openLateUndo(OpenLateUndo request) {
        return jdbi.inTransaction(handle -> {
            Standing standing = rows.lock(handle, request.registrationId());
            List<Compensation> ledger = CompensationLedger.of(handle, request.registrationId());
            List<PlannedUndo> undo = request.undo().stream()
                    .filter(late -> ledger.stream().noneMatch(row -> vouchesFor(row, late)))
                    .toList();
            rows.plan(handle, request.registrationId(), undo, standing.status(), request.at());
            noteWatch(handle, request.registrationId(), request.watchStage());
            return undoRows(handle, request.registrationId()).stream()
                    .filter(row -> !row.state().closed())
                    .toList();
        });
    }

    /** An operator has closed this very undo by hand: money given back by another way is not given back twice. */
    private static boolean vouchesFor(Compensation row, PlannedUndo undo) {
        return row.action() == undo.action()
                && row.state() == UndoState.RESOLVED
                && Objects.equals(row.reference(), undo.reference());
    }

    private static void noteWatch(Handle handle, RegistrationId id, @Nullable Integer stage) {
        if (stage != null) {
            handle.createUpdate("UPDATE registrations SET watch_stage = GREATEST(watch_stage, :stage) WHERE id = :id")
                    .bind("id", id.value())
                    .bind("stage", stage)
                    .execute();
        }
    }
}
