package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationStatus;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reads the ledger of undo work; needs neither a worker nor Temporal. Thread-safe. */
public final class CompensationLedger {

    private static final String COLUMNS = """
            id, registration_id, action, state, reference, amount, currency, intended_end, attempts, last_error_code,
            first_failed_at, last_failed_at, opened_at, closed_at, closed_by
            """;

    private final Jdbi jdbi;
    private final JsonColumns json;
    private final CompensationRows rows;

    public CompensationLedger(Jdbi jdbi, JsonColumns json, RegistrarMeters meters) {
        this.rows = new CompensationRows(meters);
        this.jdbi = jdbi;
        this.json = json;
    }

    /** All rows of a registration, in the order of the undo. */
    public List<Compensation> of(RegistrationId id) {
        return jdbi.withHandle(handle -> of(handle, id));
    }

    /** The rows of several registrations at once; those without any are left out. */
    public Map<RegistrationId, List<Compensation>> of(List<RegistrationId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        List<UUID> keys = ids.stream().map(RegistrationId::value).toList();
        return jdbi
                .withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                                 FROM compensations WHERE registration_id = ANY(:ids) ORDER BY position
                                """)
                        .bindArray("ids", UUID.class, keys)
                        .map((row, context) -> map(row))
                        .list())
                .stream()
                .collect(Collectors.groupingBy(Compensation::registrationId));
    }

    /** What matches: what is still to be done before what is closed, each oldest first. */
    public List<Compensation> select(CompensationFilter filter) {
        RegistrationId registration = filter.registration();
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + COLUMNS + """
                         FROM compensations
                        WHERE (CAST(:id AS uuid) IS NULL OR id = CAST(:id AS uuid))
                          AND (CAST(:state AS text) IS NULL OR state = :state)
                          AND (CAST(:action AS text) IS NULL OR action = :action)
                          AND (CAST(:service AS text) IS NULL OR service = :service)
                          AND (CAST(:registration AS uuid) IS NULL OR registration_id = CAST(:registration AS uuid))
                          AND (CAST(:before AS timestamptz) IS NULL OR opened_at < CAST(:before AS timestamptz))
                        ORDER BY closed_at IS NOT NULL, opened_at, registration_id, position LIMIT :limit
                        """)
                .bind("id", filter.id())
                .bind("state", filter.state() == null ? null : filter.state().name())
                .bind("action", filter.action() == null ? null : filter.action().code())
                .bind(
                        "service",
                        filter.service() == null ? null : filter.service().code())
                .bind("registration", registration == null ? null : registration.value())
                .bind("before", filter.openedBefore())
                .bind("limit", filter.limit())
                .map((row, context) -> map(row))
                .list());
    }

    /** How many rows are open, and the money at risk by currency: each charge once. */
    public OpenWork openWork() {
        return jdbi.withHandle(handle -> {
            int rows = handle.createQuery("SELECT count(*) FROM compensations WHERE state = 'OPEN'")
                    .mapTo(Integer.class)
                    .one();
            return new OpenWork(rows, atRisk(handle));
        });
    }

    /** The money that open rows stand for, one sum a currency, each charge once. */
    public static List<Money> atRisk(Handle handle) {
        return handle.createQuery("""
                        SELECT currency, sum(amount) AS amount
                        FROM (SELECT DISTINCT ON (registration_id) amount, currency FROM compensations
                              WHERE state = 'OPEN' AND amount IS NOT NULL ORDER BY registration_id, position) AS charges
                        GROUP BY currency ORDER BY currency
                        """)
                .map((row, context) -> new Money(row.getBigDecimal("amount"), row.getString("currency")))
                .list();
    }

    /** @param atRisk one sum a currency */
    public record OpenWork(int rows, List<Money> atRisk) {}

    /**
     * Closes a row because an operator vouches for it; what waited for it goes on.
     *
     * @param resolution for a {@code resolve_payment} row what became of the payment
     * @return false where the row was closed already
     */
    public boolean resolve(Compensation row, String note, @Nullable PaymentResolution resolution, Instant at) {
        return jdbi.inTransaction(handle -> {
            rows.lock(handle, row.registrationId());
            String said = resolution == null ? json.write(Map.of("note", note)) : json.write(resolution);
            if (!rows.close(handle, row.id(), UndoState.RESOLVED, 0, "operator", said, at)) {
                return false;
            }
            if (row.action() == UndoAction.RESOLVE_PAYMENT) {
                rows.goOn(handle, row.registrationId(), at);
            } else {
                rows.openNext(handle, row.registrationId());
                rows.endWhereClosed(handle, row.registrationId(), at);
            }
            return true;
        });
    }

    /**
     * Opens the whole undo of a registration whose workflow was ended from outside, and leaves it to the operators: nobody
     * knows what was done, so each undo first asks. Rows of an undo that had begun stay as they are.
     */
    public void openForLost(RegistrationId id, String userId, Money price, RegistrationStatus intendedEnd, Instant at) {
        jdbi.useTransaction(handle -> {
            CompensationRows.Standing standing = rows.lock(handle, id);
            if (standing.status().ended()) {
                return;
            }
            if (!standing.undoBegun()) {
                rows.plan(
                        handle,
                        id,
                        List.of(
                                new PlannedUndo(UndoAction.REFUND, null, price),
                                new PlannedUndo(UndoAction.DELETE_ACCOUNT, userId, null),
                                new PlannedUndo(UndoAction.DELETE_PROFILE, userId, null)),
                        intendedEnd,
                        at);
            }
            handle.createUpdate("""
                            UPDATE registrations
                            SET status = 'NEEDS_ATTENTION', compensating_at = COALESCE(compensating_at, :at),
                                intended_end = COALESCE(intended_end, :end), waiting_on = NULL, charge_in_doubt = TRUE,
                                updated_at = :at
                            WHERE id = :id
                            """)
                    .bind("id", id.value())
                    .bind("end", intendedEnd.name())
                    .bind("at", at)
                    .execute();
            rows.endWhereClosed(handle, id, at);
        });
    }

    static List<Compensation> of(Handle handle, RegistrationId id) {
        return handle.createQuery("SELECT " + COLUMNS + """
                         FROM compensations WHERE registration_id = :id ORDER BY position
                        """)
                .bind("id", id.value())
                .map((row, context) -> map(row))
                .list();
    }

    static List<UndoRow> rows(List<Compensation> ledger) {
        return ledger.stream()
                .map(row -> new UndoRow(row.id(), row.action(), row.state(), row.reference(), row.amount()))
                .toList();
    }

    static Compensation map(ResultSet row) throws SQLException {
        BigDecimal amount = row.getBigDecimal("amount");
        return new Compensation(
                row.getObject("id", UUID.class),
                new RegistrationId(row.getObject("registration_id", UUID.class)),
                UndoAction.of(row.getString("action")),
                UndoState.valueOf(row.getString("state")),
                row.getString("reference"),
                amount == null ? null : new Money(amount, row.getString("currency")),
                RegistrationStatus.valueOf(row.getString("intended_end")),
                row.getInt("attempts"),
                row.getString("last_error_code"),
                instant(row, "first_failed_at"),
                instant(row, "last_failed_at"),
                row.getTimestamp("opened_at").toInstant(),
                instant(row, "closed_at"),
                row.getString("closed_by"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
