package dev.registrar.operations;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.metrics.StandingGauges;
import dev.registrar.metrics.StandingGauges.Standing;
import dev.registrar.model.Money;
import dev.registrar.store.Batches;
import dev.registrar.store.RegistrationStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Reads the gauges over the database; runs on a timer, because a scrape must not wait for it. Thread-safe. */
public final class StandingReader {

    /** Shorter than Prometheus's usual scrape interval. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final StandingGauges gauges;
    private final LongConsumer live;
    private final Clock clock;

    /** @param live is told how many registrations have not ended */
    public StandingReader(Jdbi jdbi, StandingGauges gauges, LongConsumer live, Clock clock) {
        this.jdbi = jdbi;
        this.gauges = gauges;
        this.live = live;
        this.clock = clock;
    }

    public void read() {
        Instant now = clock.instant();
        Standing standing = jdbi.inTransaction(handle -> new Standing(
                counts(
                        handle,
                        "SELECT status AS name, count(*) AS count FROM registrations WHERE "
                                + RegistrationStatus.NOT_ENDED + " GROUP BY 1"),
                earliest(handle, now, """
                        SELECT min(created_at) FROM registrations
                        WHERE status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING')
                        """),
                counts(
                        handle,
                        "SELECT action AS name, count(*) AS count FROM compensations WHERE " + CompensationLedger.OPEN
                                + " GROUP BY 1"),
                earliest(handle, now, "SELECT min(opened_at) FROM compensations WHERE " + CompensationLedger.OPEN),
                atRisk(handle),
                handle.createQuery("SELECT count(*) FROM batches WHERE state = 'RUNNING'")
                        .mapTo(Long.class)
                        .one(),
                earliest(handle, now, "SELECT min(" + Batches.LAST_CHANGE + ") FROM batches b WHERE state = 'RUNNING'"),
                now));
        gauges.show(standing);
        live.accept(
                standing.inFlight().values().stream().mapToLong(Long::longValue).sum());
    }

    private static Map<String, Long> counts(Handle handle, String query) {
        Map<String, Long> counts = new HashMap<>();
        handle.createQuery(query)
                .map((row, context) -> Map.entry(row.getString("name"), row.getLong("count")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    private static Instant earliest(Handle handle, Instant none, String query) {
        return handle.createQuery(query).mapTo(Instant.class).findOne().orElse(none);
    }

    private static Map<String, Double> atRisk(Handle handle) {
        return CompensationLedger.atRisk(handle).stream()
                .collect(Collectors.toMap(
                        Money::currency, money -> money.amount().doubleValue()));
    }
}
