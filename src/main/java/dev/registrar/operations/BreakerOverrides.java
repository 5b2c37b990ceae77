package dev.registrar.operations;

import dev.registrar.outbound.Breakers;
import dev.registrar.outbound.ForcedState;
import dev.registrar.outbound.ForcedState.Mode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operators' overrides of breakers, in the table {@code breaker_overrides}, and their application to this instance's breakers.
 * Thread-safe.
 */
public final class BreakerOverrides {

    /** How often {@link #apply} is to be called: what is forced holds everywhere within 5 s. */
    public static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(BreakerOverrides.class);

    private final Jdbi jdbi;
    private final Breakers breakers;
    private final Clock clock;
    private Map<String, ForcedState> known = Map.of();

    public BreakerOverrides(Jdbi jdbi, Breakers breakers, Clock clock) {
        this.jdbi = jdbi;
        this.breakers = breakers;
        this.clock = clock;
    }

    /** Writes it, over what was there. */
    void set(List<String> names, ForcedState wanted) {
        jdbi.useHandle(handle -> {
            PreparedBatch rows = handle.prepareBatch("""
                    INSERT INTO breaker_overrides (breaker, state, until, set_at) VALUES (:breaker, :state, :until, :setAt)
                    ON CONFLICT (breaker) DO UPDATE
                    SET state = excluded.state, until = excluded.until, set_at = excluded.set_at
                    """);
            for (String name : names) {
                rows.bind("breaker", name)
                        .bind("state", wanted.mode().name())
                        .bind("until", wanted.until())
                        .bind("setAt", wanted.setAt())
                        .add();
            }
            rows.execute();
        });
    }

    /**
     * Brings this instance's breakers to what the table says. Where the database is not there, to what it said last: a hold
     * ends in time all the same.
     */
    public synchronized void apply() {
        try {
            known = read();
        } catch (JdbiException e) {
            LOG.debug("overrides not read, the last known ones stay until they end", e);
        }
        Instant now = clock.instant();
        Map<String, ForcedState> current = new HashMap<>(known);
        current.values().removeIf(wanted -> !now.isBefore(wanted.until()));
        breakers.force(current);
    }

    private Map<String, ForcedState> read() {
        Map<String, ForcedState> found = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(
                        "SELECT breaker, state, until, set_at FROM breaker_overrides WHERE until > :now")
                .bind("now", clock.instant())
                .map((row, context) -> Map.entry(
                        row.getString("breaker"),
                        new ForcedState(
                                Mode.valueOf(row.getString("state")),
                                row.getTimestamp("until").toInstant(),
                                row.getTimestamp("set_at").toInstant())))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
        return found;
    }
}
