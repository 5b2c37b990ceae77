package dev.registrar.operations;

import dev.registrar.outbound.Breakers;
import dev.registrar.outbound.Breakers.ForcedState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Overrides of breakers that operators set, in the table {@code breaker_overrides}, applied to this instance's breakers.
 * Thread-safe.
 */
public final class BreakerOverrides {

    /** How often to call {@link #apply}, so that an override holds in every instance within 5 s. */
    public static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(BreakerOverrides.class);

    private final Dao dao;
    private final Breakers breakers;
    private final Clock clock;
    private Map<String, ForcedState> known = Map.of();

    public BreakerOverrides(Jdbi jdbi, Breakers breakers, Clock clock) {
        this.dao = jdbi.onDemand(Dao.class);
        this.breakers = breakers;
        this.clock = clock;
    }

    /** Replaces earlier overrides of these breakers. */
    void set(List<String> names, ForcedState wanted) {
        dao.set(names, wanted.mode(), wanted.until(), wanted.setAt());
    }

    /**
     * Applies the overrides to this instance's breakers; if the database does not answer, the last ones read. They expire on
     * time in either case.
     */
    public synchronized void apply() {
        try {
            known = dao.current(clock.instant());
        } catch (JdbiException e) {
            LOG.debug("overrides could not be read, the last known ones apply until they expire", e);
        }
        Instant now = clock.instant();
        Map<String, ForcedState> current = new HashMap<>(known);
        current.values().removeIf(wanted -> !now.isBefore(wanted.until()));
        breakers.force(current);
    }

    interface Dao {

        @SqlBatch("""
                INSERT INTO breaker_overrides (breaker, state, until, set_at) VALUES (:breaker, :state, :until, :setAt)
                ON CONFLICT (breaker) DO UPDATE
                SET state = excluded.state, until = excluded.until, set_at = excluded.set_at
                """)
        void set(List<String> breaker, ForcedState.Mode state, Instant until, Instant setAt);

        @SqlQuery("SELECT breaker, state AS mode, until, set_at FROM breaker_overrides WHERE until > :now")
        @KeyColumn("breaker")
        @RegisterConstructorMapper(ForcedState.class)
        Map<String, ForcedState> current(Instant now);
    }
}
