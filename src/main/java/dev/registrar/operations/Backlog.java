package dev.registrar.operations;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.model.Money;
import dev.registrar.store.RegistrationStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.customizer.QueryTimeOut;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Reads what is unfinished, over all instances. Each statement reads partial indexes and has 2 s. Thread-safe. */
public final class Backlog {

    private static final List<String> UNFINISHED = List.of("ACCEPTED", "RUNNING", "COMPENSATING", "NEEDS_ATTENTION");

    private final Jdbi jdbi;

    public Backlog(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * What is unfinished.
     *
     * @param inFlight registrations that have not ended, by status
     * @param oldest acceptance of the oldest that neither ended nor needs attention; absent if there is none
     * @param oldestAccepted the same of those that no run has begun
     * @param openRows OPEN undo rows by action
     * @param unresolvedSince when the oldest of them was opened
     * @param moneyAtRisk money in them, each charge once
     * @param moneyAtRiskSince when the oldest of those with an amount was opened
     * @param nextTryAt when the next of them is retried automatically; absent if none is
     * @param batches batches that have not ended, oldest first
     */
    record Unfinished(
            Map<String, Long> inFlight,
            @Nullable Instant oldest,
            @Nullable Instant oldestAccepted,
            Map<String, Long> openRows,
            @Nullable Instant unresolvedSince,
            List<Money> moneyAtRisk,
            @Nullable Instant moneyAtRiskSince,
            @Nullable Instant nextTryAt,
            List<BatchProgress> batches) {}

    /** @param done items with a result */
    public record BatchProgress(UUID id, String state, long done, long total) {}

    /** @throws org.jdbi.v3.core.JdbiException PostgreSQL does not answer */
    Unfinished read() {
        return jdbi.inTransaction(handle -> {
            Dao dao = handle.attach(Dao.class);
            Map<String, Long> inFlight = new LinkedHashMap<>();
            UNFINISHED.forEach(status -> inFlight.put(status, 0L));
            inFlight.putAll(dao.inFlight());
            Dao.Times times = dao.times();
            return new Unfinished(
                    inFlight,
                    times.oldest(),
                    times.oldestAccepted(),
                    dao.openRows(),
                    times.unresolvedSince(),
                    CompensationLedger.atRisk(handle),
                    times.moneyAtRiskSince(),
                    times.nextTryAt(),
                    dao.batches());
        });
    }

    @RegisterConstructorMapper(Dao.Times.class)
    @RegisterConstructorMapper(BatchProgress.class)
    interface Dao {

        record Times(
                @Nullable Instant oldest,
                @Nullable Instant oldestAccepted,
                @Nullable Instant unresolvedSince,
                @Nullable Instant moneyAtRiskSince,
                @Nullable Instant nextTryAt) {}

        @SqlQuery("SELECT status, count(*) AS number FROM registrations WHERE " + RegistrationStatus.NOT_ENDED
                + " GROUP BY status")
        @KeyColumn("status")
        @ValueColumn("number")
        @QueryTimeOut(2)
        Map<String, Long> inFlight();

        @SqlQuery("""
                SELECT action, count(*) AS number FROM compensations
                WHERE closed_at IS NULL AND state = 'OPEN' GROUP BY action ORDER BY action
                """)
        @KeyColumn("action")
        @ValueColumn("number")
        @QueryTimeOut(2)
        Map<String, Long> openRows();

        @SqlQuery("""
                SELECT r.oldest, r.oldest_accepted, c.unresolved_since, c.money_at_risk_since,
                       (SELECT d.attend_at FROM registrations d
                        WHERE d.attend_at IS NOT NULL AND NOT d.attending
                          AND EXISTS (SELECT 1 FROM compensations o
                                      WHERE o.registration_id = d.id AND o.closed_at IS NULL AND o.state = 'OPEN')
                        ORDER BY d.attend_at LIMIT 1) AS next_try_at
                FROM (SELECT min(created_at) AS oldest, min(created_at) FILTER (WHERE status = 'ACCEPTED') AS oldest_accepted
                      FROM registrations WHERE status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING')) r,
                     (SELECT min(opened_at) AS unresolved_since,
                             min(opened_at) FILTER (WHERE amount IS NOT NULL) AS money_at_risk_since
                      FROM compensations WHERE closed_at IS NULL AND state = 'OPEN') c
                """)
        @QueryTimeOut(2)
        Times times();

        @SqlQuery("""
                SELECT b.id, b.state, count(i.result) AS done, count(i.batch_id) AS total
                FROM batches b LEFT JOIN batch_items i ON i.batch_id = b.id
                WHERE b.finished_at IS NULL GROUP BY b.id ORDER BY b.created_at
                """)
        @QueryTimeOut(2)
        List<BatchProgress> batches();
    }
}
