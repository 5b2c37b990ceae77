package dev.registrar.store;

import dev.registrar.model.Money;
import dev.registrar.model.NewerVersionException;
import dev.registrar.model.RegistrationId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads a row of {@code registrations}. */
public final class RegistrationMapper implements RowMapper<Registration> {

    private final JsonColumns json;

    public RegistrationMapper(JsonColumns json) {
        this.json = json;
    }

    @Override
    public Registration map(ResultSet row, StatementContext context) throws SQLException {
        String intendedEnd = row.getString("intended_end");
        return new Registration(
                new RegistrationId(row.getObject("id", UUID.class)),
                row.getString("caller"),
                row.getString("idempotency_key"),
                HexFormat.of().formatHex(row.getBytes("body_hash")),
                row.getString("user_id"),
                new Money(row.getBigDecimal("amount"), row.getString("currency")),
                NewerVersionException.constant(RegistrationStatus.class, row.getString("status")),
                json.list(row.getString("steps"), StepReport.class),
                instant(row, "steps_as_of"),
                json.list(row.getString("errors"), StepError.class),
                json.read(row.getString("waiting_on"), WaitingOn.class),
                instant(row, "compensating_at"),
                intendedEnd == null ? null : NewerVersionException.constant(RegistrationStatus.class, intendedEnd),
                row.getInt("run"),
                row.getInt("command_seq"),
                instant(row, "attend_at"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                instant(row, "finished_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
