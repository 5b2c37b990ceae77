package dev.registrar.store;

import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Which ended registrations are due for a look for a late charge. Thread-safe. */
public final class WatchStore {

    /** A look that did not come to a result is repeated after this. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Jdbi jdbi;

    public WatchStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** @param stage looks that are behind */
    public record Watched(RegistrationId id, String userId, Money price, int stage) {}

    /**
     * Leases what is due.
     *
     * @param after when the looks come, counted from the end of the registration
     */
    public List<Watched> lease(Instant now, List<Duration> after, int limit) {
        List<String> due = new ArrayList<>();
        for (int stage = 0; stage < after.size(); stage++) {
            due.add("(watch_stage = " + stage + " AND finished_at <= :due" + stage + ")");
        }
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery("""
                            UPDATE registrations SET lease_until = :until
                            WHERE id IN (SELECT id FROM registrations
                                         WHERE charge_in_doubt AND finished_at IS NOT NULL
                                           AND status IN ('FAILED', 'CANCELLED')
                                           AND (lease_until IS NULL OR lease_until < :now) AND (%s)
                                         ORDER BY finished_at LIMIT :limit FOR UPDATE SKIP LOCKED)
                            RETURNING id, user_id, amount, currency, watch_stage
                            """.formatted(String.join(" OR ", due)))
                    .bind("now", now)
                    .bind("until", now.plus(LEASE))
                    .bind("limit", limit);
            for (int stage = 0; stage < after.size(); stage++) {
                query.bind("due" + stage, now.minus(after.get(stage)));
            }
            return query.map((row, context) -> new Watched(
                            new RegistrationId(row.getObject("id", UUID.class)),
                            row.getString("user_id"),
                            new Money(row.getBigDecimal("amount"), row.getString("currency")),
                            row.getInt("watch_stage")))
                    .list();
        });
    }
}
