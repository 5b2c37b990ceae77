package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Leases due registrations to one dispatcher at a time. A lease moves the due time; nothing else is read or decoded, so
 * that one bad row never delays the others. Times are the database's. Thread-safe.
 */
public final class DueRegistrations {

    private static final long LONGEST_BACK_OFF_MINUTES = 60;
    private static final int MOST_DOUBLINGS = 6;

    private final Jdbi jdbi;

    public DueRegistrations(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * A leased registration.
     *
     * @param run the last run that claimed it
     * @param service the service whose breaker decides whether it is attended to now; absent if none does
     * @param failures how many of its runs ended without setting a due time, or could not be started
     * @param unchanged how long ago its row was last written
     * @param leasedUntil its due time from now on, unless it is moved otherwise
     */
    public record Due(
            RegistrationId id,
            int run,
            boolean commandsPending,
            @Nullable String service,
            int failures,
            Duration unchanged,
            Instant leasedUntil) {

        static Due of(ResultSet row) throws SQLException {
            return new Due(
                    new RegistrationId(row.getObject("id", UUID.class)),
                    row.getInt("run"),
                    row.getBoolean("pending"),
                    row.getString("attend_for"),
                    row.getInt("attend_failures"),
                    Duration.ofMillis(row.getLong("unchanged")),
                    row.getTimestamp("attend_at").toInstant());
        }
    }

    /**
     * Leases due registrations, the longest due first; skips those that another dispatcher is leasing.
     *
     * @param commandedOnly only those with unapplied commands
     */
    public List<Due> lease(Duration lease, int limit, boolean commandedOnly) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        UPDATE registrations SET attend_at = now() + :lease * interval '1 millisecond'
                        WHERE id IN (SELECT id FROM registrations WHERE attend_at IS NOT NULL AND attend_at <= now()
                                       AND (NOT :commandedOnly OR command_seq > applied_seq)
                                     ORDER BY attend_at LIMIT :limit FOR UPDATE SKIP LOCKED)
                        RETURNING id, run, command_seq > applied_seq AS pending, attend_for, attend_failures, attend_at,
                                  CAST(EXTRACT(EPOCH FROM now() - updated_at) * 1000 AS bigint) AS unchanged
                        """)
                .bind("lease", lease.toMillis())
                .bind("limit", limit)
                .bind("commandedOnly", commandedOnly)
                .map((row, context) -> Due.of(row))
                .list());
    }

    /** Which of these runs have not begun yet, or have not ended and wait for nothing. */
    public Set<RegistrationId> atWork(Map<RegistrationId, Integer> runs) {
        List<Map.Entry<RegistrationId, Integer>> all = List.copyOf(runs.entrySet());
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT r.id FROM registrations r
                        JOIN unnest(CAST(:ids AS uuid[]), CAST(:runs AS int[])) AS started (id, run) ON started.id = r.id
                        WHERE r.run < started.run
                           OR (r.run = started.run AND r.attending AND r.waiting_on IS NULL)
                        """)
                .bind("ids", all.stream().map(each -> each.getKey().value()).toArray(UUID[]::new))
                .bind("runs", all.stream().map(Map.Entry::getValue).toArray(Integer[]::new))
                .mapTo(UUID.class)
                .map(RegistrationId::new)
                .set());
    }

    /** Moves the due time of a leased registration, unless it was moved otherwise. */
    public void postpone(Due due, Duration by) {
        move(due, by, false);
    }

    /**
     * Records that a run is about to be started. Starts are counted until a run sets a due time: a registration whose
     * runs end without one is checked at growing intervals.
     *
     * @param counted whether the previous run ended by itself
     * @return false if the lease has lapsed or a command has arrived: then nothing is to be started
     */
    public boolean starting(Due due, Duration check, boolean counted) {
        Duration wait = counted && due.failures() > 0 ? backOff(due.failures()) : check;
        return move(due, wait, counted);
    }

    /** Leaves a registration to another instance: due again soon, without counting as a failure. */
    public void leave(Due due, Duration by) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE registrations
                        SET attend_at = now() + :by * interval '1 millisecond', attend_failures = :failures
                        WHERE id = :id AND attend_at > now()
                        """)
                .bind("id", due.id().value())
                .bind("failures", due.failures())
                .bind("by", by.toMillis())
                .execute());
    }

    /** Records that the registration could not be attended to: it waits 2^failures minutes, at most an hour. */
    public void failed(Due due) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE registrations
                        SET attend_at = now() + :by * interval '1 millisecond', attend_failures = :failures + 1
                        WHERE id = :id AND attend_at > now()
                        """)
                .bind("id", due.id().value())
                .bind("failures", due.failures())
                .bind("by", backOff(due.failures()).toMillis())
                .execute());
    }

    /** 2^failures minutes, at most an hour. */
    static Duration backOff(int failures) {
        return Duration.ofMinutes(Math.min(1L << Math.min(failures, MOST_DOUBLINGS), LONGEST_BACK_OFF_MINUTES));
    }

    private boolean move(Due due, Duration by, boolean counted) {
        return jdbi.withHandle(handle -> handle.createUpdate("""
                        UPDATE registrations
                        SET attend_at = now() + :by * interval '1 millisecond',
                            attend_failures = attend_failures + CAST(:counted AS int)
                        WHERE id = :id AND attend_at = :leased
                        """)
                        .bind("id", due.id().value())
                        .bind("by", by.toMillis())
                        .bind("counted", counted)
                        .bind("leased", due.leasedUntil())
                        .execute())
                == 1;
    }

    /**
     * Makes all registrations that have not ended due: their workflows may have been lost with the in-process server.
     */
    public void allLiveAreDue() {
        jdbi.useHandle(handle -> handle.execute("""
                UPDATE registrations SET attend_at = now() WHERE finished_at IS NULL AND attend_at > now() AND attending
                """));
    }

    /** Whether a run is attending to any registration. */
    public boolean anyIsAttended() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM registrations WHERE finished_at IS NULL AND attending)")
                .mapTo(Boolean.class)
                .one());
    }

    /**
     * How many registrations break the invariants: those that need attention without an unclosed row, those with an
     * unclosed row that are neither attended to nor need attention, and those with unapplied commands or unfinished
     * work but no due time. Zero unless there is a defect. Reads only registrations that have not ended and unapplied
     * commands, not the whole table.
     */
    public int violations() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT (SELECT count(*) FROM registrations r
                                WHERE status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION')
                                  AND ((status = 'NEEDS_ATTENTION') <>
                                           (NOT attending
                                            AND EXISTS (SELECT 1 FROM compensations c
                                                        WHERE c.registration_id = r.id AND c.closed_at IS NULL))
                                       OR (attend_at IS NULL
                                           AND (command_seq > applied_seq OR status <> 'NEEDS_ATTENTION'))))
                             + (SELECT count(DISTINCT r.id) FROM commands c JOIN registrations r ON r.id = c.registration_id
                                WHERE c.applied_at IS NULL AND r.finished_at IS NOT NULL AND r.attend_at IS NULL)
                        """).mapTo(Integer.class).one());
    }

    /**
     * How many registrations should make progress and do not: a minute after their acceptance they have written
     * nothing, not even what they wait for; or, on the way forward, they wait for nothing and have written nothing for
     * 3 minutes, longer than a call and its retries last; or, on the way back, for an hour; or they are overdue and have
     * written nothing for a quarter of an hour; or run after run ends without setting a due time, or cannot be started.
     */
    public int unmoved() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT count(*) FROM (
                            SELECT id FROM registrations WHERE attend_at IS NOT NULL AND attend_failures >= 3
                            UNION
                            SELECT id FROM registrations
                            WHERE status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING') AND attending
                              AND ((steps_as_of IS NULL AND status <> 'COMPENSATING'
                                    AND updated_at < now() - interval '1 minute')
                                   OR (attend_at < now() - interval '5 minutes'
                                       AND GREATEST(updated_at, steps_as_of) < now() - interval '15 minutes')
                                   OR GREATEST(updated_at, steps_as_of, CAST(waiting_on ->> 'until' AS timestamptz))
                                          < now() - CASE status WHEN 'RUNNING' THEN interval '3 minutes'
                                                                ELSE interval '1 hour' END)) AS unmoved
                        """).mapTo(Integer.class).one());
    }
}
