package dev.registrar.store;

import dev.registrar.model.Money;
import dev.registrar.model.NewerVersionException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * The facts that determine a registration's status and due time, read with its row locked.
 *
 * @param attending whether a run is attending to it
 * @param undoBegun whether its undo has begun: it never goes forward again
 * @param intendedEnd how it ends when its last row closes; absent while it goes forward
 * @param inDoubt whether a charge, profile or account may still turn up
 * @param watchStage number of late lookups already answered
 * @param failures how many runs were started since one last left everything applied
 * @param held whether only an operator's command retries
 * @param now the database's clock
 */
public record RegistrationFacts(
        RegistrationStatus status,
        int run,
        int commandSeq,
        int appliedSeq,
        boolean attending,
        boolean undoBegun,
        @Nullable RegistrationStatus intendedEnd,
        boolean inDoubt,
        int watchStage,
        int retries,
        @Nullable Instant retrySince,
        int failures,
        boolean held,
        @Nullable Instant attendAt,
        @Nullable String keptTransaction,
        String userId,
        Money price,
        Instant createdAt,
        @Nullable Instant finishedAt,
        Instant now) {

    static final String COLUMNS = """
            status, run, command_seq, applied_seq, attending, compensating_at IS NOT NULL AS undo_begun, intended_end,
            in_doubt, watch_stage, retries, retry_since, attend_failures, held, attend_at, kept_transaction, user_id, amount, currency,
            created_at, finished_at, now() AS now
            """;

    /** Whether there are commands that no run has applied. */
    public boolean commandsPending() {
        return commandSeq > appliedSeq;
    }

    /** Whether a late lookup is due. */
    public boolean lookDue(AttendSchedule schedule) {
        return inDoubt
                && finishedAt != null
                && schedule.nextLook(finishedAt, watchStage)
                        .filter(due -> !due.isAfter(now))
                        .isPresent();
    }

    /**
     * Derives the status from the facts and from whether a ledger row is unclosed. An end is final: rows opened later
     * do not change it.
     */
    public static RegistrationStatus derive(
            RegistrationStatus status,
            boolean attending,
            boolean undoBegun,
            @Nullable RegistrationStatus intendedEnd,
            boolean unclosed) {
        if (status.ended()) {
            return status;
        }
        if (unclosed && !attending) {
            return RegistrationStatus.NEEDS_ATTENTION;
        }
        if (undoBegun) {
            return unclosed
                    ? RegistrationStatus.COMPENSATING
                    : Optional.ofNullable(intendedEnd).orElse(RegistrationStatus.FAILED);
        }
        return status == RegistrationStatus.ACCEPTED ? status : RegistrationStatus.RUNNING;
    }

    static final class Mapper implements RowMapper<RegistrationFacts> {

        @Override
        public RegistrationFacts map(ResultSet row, StatementContext context) throws SQLException {
            String end = row.getString("intended_end");
            return new RegistrationFacts(
                    NewerVersionException.constant(RegistrationStatus.class, row.getString("status")),
                    row.getInt("run"),
                    row.getInt("command_seq"),
                    row.getInt("applied_seq"),
                    row.getBoolean("attending"),
                    row.getBoolean("undo_begun"),
                    end == null ? null : NewerVersionException.constant(RegistrationStatus.class, end),
                    row.getBoolean("in_doubt"),
                    row.getInt("watch_stage"),
                    row.getInt("retries"),
                    instant(row, "retry_since"),
                    row.getInt("attend_failures"),
                    row.getBoolean("held"),
                    instant(row, "attend_at"),
                    row.getString("kept_transaction"),
                    row.getString("user_id"),
                    new Money(row.getBigDecimal("amount"), row.getString("currency")),
                    row.getTimestamp("created_at").toInstant(),
                    instant(row, "finished_at"),
                    row.getTimestamp("now").toInstant());
        }

        static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
            Timestamp value = row.getTimestamp(column);
            return value == null ? null : value.toInstant();
        }
    }
}
