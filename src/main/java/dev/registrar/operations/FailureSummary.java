package dev.registrar.operations;

import dev.registrar.model.RegistrationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.QueryTimeOut;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Groups what failed by service and error code, over all instances. Thread-safe. */
public final class FailureSummary {

    private static final Duration LONGEST = Duration.ofDays(90);

    private final Jdbi jdbi;
    private final Clock clock;

    public FailureSummary(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** @param items most registrations first, at most 200 */
    public record Failures(List<Group> items, Instant since) {}

    /**
     * @param live those of the registrations that have not ended
     * @param latestAt the last change of one of them, or the last failure of its open undo work
     * @param sample the registration that changed last
     */
    public record Group(
            String service, String code, long registrations, long live, Instant latestAt, RegistrationId sample) {}

    /**
     * The errors of steps of registrations that changed in this time, and of all open undo work.
     *
     * @throws OperationRefusedException if it is not between 1 minute and 90 days
     */
    public Failures failures(Duration since) {
        if (since.compareTo(Duration.ofMinutes(1)) < 0 || since.compareTo(LONGEST) > 0) {
            throw OperationRefusedException.invalid("since: PT1M to " + LONGEST + ".");
        }
        Instant start = clock.instant().minus(since);
        List<Group> items = jdbi.withExtension(Dao.class, dao -> dao.groups(start)).stream()
                .map(row -> new Group(
                        row.service(),
                        row.code(),
                        row.registrations(),
                        row.live(),
                        row.latestAt(),
                        new RegistrationId(row.sample())))
                .toList();
        return new Failures(items, start);
    }

    @RegisterConstructorMapper(Dao.Row.class)
    interface Dao {

        record Row(String service, String code, long registrations, long live, Instant latestAt, UUID sample) {}

        /** Whether a registration has ended is read from an index, not from each row. */
        @SqlQuery("""
                WITH unfinished AS MATERIALIZED (
                    SELECT id FROM registrations WHERE status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION'))
                SELECT service, code, count(DISTINCT id) AS registrations,
                       count(DISTINCT id) FILTER (WHERE live) AS live,
                       max(at) AS latest_at, (array_agg(id ORDER BY at DESC))[1] AS sample
                FROM (SELECT r.id, r.finished_at IS NULL AS live, r.updated_at AS at, error ->> 'step' AS service, error ->> 'code' AS code
                      FROM registrations r CROSS JOIN jsonb_array_elements(r.errors) AS error
                      WHERE r.errors <> '[]' AND r.updated_at > :since
                      UNION ALL
                      SELECT c.registration_id, r.id IS NOT NULL, COALESCE(c.last_failed_at, c.opened_at), c.service,
                             c.last_error_code
                      FROM compensations c
                           LEFT JOIN unfinished r ON r.id = c.registration_id
                      WHERE c.closed_at IS NULL AND c.last_error_code IS NOT NULL) AS failures
                GROUP BY service, code ORDER BY registrations DESC, service, code LIMIT 200
                """)
        @QueryTimeOut(10)
        List<Row> groups(Instant since);
    }
}
