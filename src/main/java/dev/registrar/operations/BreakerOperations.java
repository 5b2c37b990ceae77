package dev.registrar.operations;

import dev.registrar.model.Step;
import dev.registrar.operations.AuditLog.Entry;
import dev.registrar.outbound.Breakers;
import dev.registrar.outbound.Breakers.BreakerStatus;
import dev.registrar.outbound.Breakers.ForcedState;
import dev.registrar.outbound.Breakers.ForcedState.Mode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuit breakers: shown for this instance, forced on all instances. A service is a provider's name or that of one
 * breaker ({@code payment-find}). Forcing {@code payment} affects its charge breaker only: with its lookups blocked, a
 * charge that was never sent would look like money at risk. Thread-safe.
 */
public final class BreakerOperations {

    public static final Duration DEFAULT_HOLD = Duration.ofMinutes(10);

    /** No incident should last longer without being reviewed. */
    public static final Duration LONGEST_HOLD = Duration.ofHours(24);

    /** The breaker that forcing {@code payment} affects. */
    private static final String CHARGE = "payment-charge";

    /** How long instances may take to see a reset. */
    private static final Duration RESET_SEEN = Duration.ofMinutes(1);

    private final Breakers breakers;
    private final BreakerOverrides overrides;
    private final AuditLog audit;
    private final Clock clock;

    public BreakerOperations(Breakers breakers, BreakerOverrides overrides, AuditLog audit, Clock clock) {
        this.breakers = breakers;
        this.overrides = overrides;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A breaker of this instance.
     *
     * @param state {@code CLOSED, OPEN, HALF_OPEN}, or held by an operator: {@code FORCED_OPEN, FORCED_CLOSED}
     * @param until when it lets a probe through, or when the hold ends
     * @param calls number of recent calls counted
     */
    public record BreakerEntry(
            String service, String state, @Nullable Instant until, int calls, int failed, int slow) {

        static BreakerEntry of(BreakerStatus status) {
            boolean held = status.forcedUntil() != null;
            String state = status.state().equals("DISABLED") ? "FORCED_CLOSED" : status.state();
            return new BreakerEntry(
                    status.name(),
                    state,
                    held ? status.forcedUntil() : status.openUntil(),
                    status.calls(),
                    status.failed(),
                    status.slow());
        }

        boolean lets() {
            return state.equals("CLOSED");
        }
    }

    public List<BreakerEntry> list() {
        return breakers.list().stream().map(BreakerEntry::of).toList();
    }

    /**
     * The breaker of this name, or all those of the service.
     *
     * @throws OperationRefusedException if there is no service or breaker of this name
     */
    public List<BreakerEntry> list(String service) {
        List<BreakerEntry> found = list().stream()
                .filter(entry ->
                        entry.service().equals(service) || entry.service().startsWith(service + "-"))
                .toList();
        if (found.isEmpty()) {
            throw OperationRefusedException.unknown("service or breaker of this name; there are "
                    + String.join(
                            ", ", list().stream().map(BreakerEntry::service).toList()));
        }
        return found;
    }

    /** Blocks all calls for this long; they are retried afterwards. */
    public List<BreakerEntry> forceOpen(String service, Duration hold, OperatorNote note) {
        return force(service, Mode.OPEN, hold, note);
    }

    /** Permits all calls for this long, regardless of their results. */
    public List<BreakerEntry> forceClosed(String service, Duration hold, OperatorNote note) {
        return force(service, Mode.CLOSED, hold, note);
    }

    /** Ends a hold or closes an open breaker, and clears its counts. */
    public List<BreakerEntry> reset(String service, OperatorNote note) {
        return force(service, Mode.RESET, RESET_SEEN, note);
    }

    private List<BreakerEntry> force(String service, Mode mode, Duration hold, OperatorNote note) {
        if (hold.compareTo(Duration.ofSeconds(1)) < 0 || hold.compareTo(LONGEST_HOLD) > 0) {
            throw OperationRefusedException.invalid("for: 1 s to " + LONGEST_HOLD.toHours() + " h.");
        }
        String meant = service.equals(Step.PAYMENT.code()) ? CHARGE : service;
        List<String> names = list(meant).stream().map(BreakerEntry::service).toList();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        ForcedState wanted = new ForcedState(mode, now.plus(hold), now);
        Map<String, ?> detail = mode == Mode.RESET
                ? Map.of("state", mode.name(), "breakers", names)
                : Map.of(
                        "state",
                        mode.name(),
                        "breakers",
                        names,
                        "until",
                        wanted.until().toString());
        audit.changing(
                note, new Entry("circuit-breakers", "breaker:" + service, detail), () -> overrides.set(names, wanted));
        overrides.apply();
        return list(meant);
    }

    /**
     * Overrides of breakers that operators set, in the table {@code breaker_overrides}, applied to this instance's breakers.
     * Thread-safe.
     */
    public static final class BreakerOverrides {

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
}
