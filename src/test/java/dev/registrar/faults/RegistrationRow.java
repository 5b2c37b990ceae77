package dev.registrar.faults;

import dev.registrar.flow.DatabaseProbe;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A registration, its undo rows and its account, read in one statement.
 *
 * @param inDoubt whether a charge, profile or account may still turn up
 * @param due whether it has a due time
 * @param unclosed how many undo rows are not closed
 * @param unclosedMoney how many of these are about money
 * @param accounts how many accounts are its own and not deleted
 * @param rest everything else that explains it
 */
record RegistrationRow(
        String id,
        String userId,
        String status,
        boolean inDoubt,
        boolean due,
        Instant createdAt,
        @Nullable Instant finishedAt,
        String errors,
        long commands,
        long applied,
        long unclosed,
        long unclosedMoney,
        long accounts,
        String rest) {

    private static final Set<String> ENDS = Set.of("COMPLETED", "FAILED", "CANCELLED", "NEEDS_ATTENTION");

    private static final String SQL = """
            SELECT r.id::text AS id, r.user_id, r.status, r.in_doubt, r.attend_at, r.created_at, r.finished_at,
                   coalesce(r.errors::text, '[]') AS errors, r.command_seq, r.applied_seq, r.run, r.held,
                   (SELECT count(*) FROM compensations c
                    WHERE c.registration_id = r.id AND c.closed_at IS NULL) AS unclosed,
                   (SELECT count(*) FROM compensations c WHERE c.registration_id = r.id AND c.closed_at IS NULL
                                                               AND c.action IN ('refund', 'resolve_payment')) AS money,
                   (SELECT coalesce(string_agg(c.action || ' ' || c.state || ' ' || c.attempts || ' '
                                               || coalesce(c.last_error_code, ''), ', ' ORDER BY c.position), '')
                    FROM compensations c WHERE c.registration_id = r.id) AS undo,
                   (SELECT count(*) FROM accounts a
                    WHERE a.registration_id = r.id AND a.deleted_at IS NULL) AS accounts
            FROM registrations r WHERE starts_with(r.user_id, ?)
            """;

    /** All registrations of users with this prefix. */
    static List<RegistrationRow> of(DatabaseProbe database, String prefix) {
        return database.rows(SQL, prefix).stream().map(RegistrationRow::read).toList();
    }

    private static RegistrationRow read(Map<String, Object> row) {
        return new RegistrationRow(
                text(row, "id"),
                text(row, "user_id"),
                text(row, "status"),
                Boolean.TRUE.equals(row.get("in_doubt")),
                row.get("attend_at") != null,
                Objects.requireNonNull(time(row, "created_at")),
                time(row, "finished_at"),
                text(row, "errors"),
                number(row, "command_seq"),
                number(row, "applied_seq"),
                number(row, "unclosed"),
                number(row, "money"),
                number(row, "accounts"),
                "run %s, attend at %s, held %s, undo [%s]"
                        .formatted(row.get("run"), row.get("attend_at"), row.get("held"), row.get("undo")));
    }

    /** Whether it has ended or needs attention. */
    boolean settled() {
        return ENDS.contains(status);
    }

    boolean completed() {
        return status.equals("COMPLETED");
    }

    boolean undone() {
        return status.equals("FAILED") || status.equals("CANCELLED");
    }

    private static String text(Map<String, Object> row, String column) {
        return String.valueOf(row.get(column));
    }

    private static long number(Map<String, Object> row, String column) {
        return ((Number) Objects.requireNonNull(row.get(column))).longValue();
    }

    private static @Nullable Instant time(Map<String, Object> row, String column) {
        return row.get(column) instanceof Timestamp at ? at.toInstant() : null;
    }
}
