package dev.registrar.compensation;

import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
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

    public CompensationLedger(Jdbi jdbi) {
        this.jdbi = jdbi;
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
                .map(row -> new UndoRow(row.id(), row.action(), row.state(), row.reference()))
                .toList();
    }

    private static Compensation map(ResultSet row) throws SQLException {
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
