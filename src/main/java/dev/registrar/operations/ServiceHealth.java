package dev.registrar.operations;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.CompensationLedger.OpenWork;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.store.DueRegistrations;
import dev.registrar.temporal.TemporalBundle.TemporalHealthCheck;
import dev.registrar.temporal.TemporalConnection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;

/** Reports degraded conditions. A restart cures none of them: the service waits and reports them. Thread-safe. */
public final class ServiceHealth {

    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(1);

    /** The SQLSTATE {@code read_only_sql_transaction}: a standby, or a server that was made read-only. */
    private static final String READ_ONLY = "25006";

    private final Jdbi jdbi;
    private final CompensationLedger ledger;
    private final DueRegistrations registrations;
    private final InvariantCheck invariants;
    private final BreakerOperations breakers;
    private final OutboundClients outbound;
    private final Supplier<Set<String>> missingTemplates;
    private final WorkerOperations worker;
    private final TemporalHealthCheck temporalCheck;
    private final String temporalTarget;
    private final BooleanSupplier draining;

    /**
     * @param missingTemplates versions of message templates that are wanted and could not be found
     * @param draining whether this instance is shutting down
     */
    public ServiceHealth(
            Jdbi jdbi,
            CompensationLedger ledger,
            DueRegistrations registrations,
            InvariantCheck invariants,
            BreakerOperations breakers,
            OutboundClients outbound,
            Supplier<Set<String>> missingTemplates,
            WorkerOperations worker,
            TemporalConnection temporal,
            BooleanSupplier draining) {
        this.jdbi = jdbi;
        this.ledger = ledger;
        this.registrations = registrations;
        this.invariants = invariants;
        this.breakers = breakers;
        this.outbound = outbound;
        this.missingTemplates = missingTemplates;
        this.worker = worker;
        this.temporalCheck = new TemporalHealthCheck(temporal);
        this.temporalTarget = temporal.target();
        this.draining = draining;
    }

    /** @param message one sentence for people, without personal data */
    public record Condition(boolean degraded, String message) {}

    /** The checks, by name. */
    public Map<String, Supplier<Condition>> conditions() {
        return Map.of(
                "postgresql", this::database,
                "temporal", this::temporal,
                "circuit-breakers", this::breakers,
                "providers", () -> providers(outbound),
                "templates", this::templates,
                "worker", this::worker,
                "undo-work", this::undoWork,
                "registrations", this::registrations,
                "invariants", this::invariants);
    }

    /** Whether this instance can accept registrations: PostgreSQL answers and is writable, and it is not shutting down. */
    public Condition readiness() {
        return draining.getAsBoolean() ? new Condition(true, "draining") : database();
    }

    private Condition database() {
        try {
            jdbi.useHandle(handle -> {
                handle.getConfig(SqlStatements.class).setQueryTimeout((int) DATABASE_LIMIT.toSeconds());
                // Needs what a write needs, but finds nothing to write.
                handle.execute("SELECT 1 FROM registrations WHERE false FOR UPDATE");
            });
            return new Condition(false, "answers");
        } catch (RuntimeException e) {
            boolean readOnly = e.getCause() instanceof SQLException cause && READ_ONLY.equals(cause.getSQLState());
            return new Condition(
                    true,
                    "PostgreSQL " + (readOnly ? "is read-only" : "does not answer") + ": nothing can be accepted");
        }
    }

    private Condition temporal() {
        return temporalCheck.execute().isHealthy()
                ? new Condition(false, "answers")
                : new Condition(
                        true,
                        "Temporal at " + temporalTarget + " does not answer: registrations are accepted and wait");
    }

    private Condition breakers() {
        return degradedBy(
                breakers.list().stream()
                        .filter(entry -> !entry.lets())
                        .map(entry -> entry.service() + " is " + entry.state()),
                "all closed");
    }

    /** Providers that refuse this service, or whose answers cannot be relied upon. */
    static Condition providers(OutboundClients outbound) {
        return degradedBy(
                Stream.concat(
                        outbound.refusedBy().entrySet().stream()
                                .map(entry ->
                                        entry.getKey().code() + ": refused by provider, status " + entry.getValue()),
                        outbound.degraded().entrySet().stream()
                                .map(entry -> entry.getKey().code() + ": " + entry.getValue())),
                "none refuses this service");
    }

    private Condition templates() {
        return degradedBy(
                missingTemplates.get().stream().map(version -> "version " + version + " is missing: its messages wait"),
                "every version that a message asked for is there");
    }

    private static Condition degradedBy(Stream<String> causes, String none) {
        String all = causes.collect(Collectors.joining(", "));
        return new Condition(!all.isEmpty(), all.isEmpty() ? none : all);
    }

    private Condition worker() {
        String state = worker.status().state();
        return new Condition(worker.isPaused(), worker.isPaused() ? state + " by an operator" : state);
    }

    private Condition undoWork() {
        return orUnknown(() -> {
            OpenWork open = ledger.openWork();
            String atRisk = open.atRisk().stream().map(Object::toString).collect(Collectors.joining(", "));
            return new Condition(
                    open.rows() > 0, plural(open.rows(), "open row") + (atRisk.isEmpty() ? "" : ", at risk " + atRisk));
        });
    }

    private Condition registrations() {
        return orUnknown(() -> condition(
                registrations.unmoved(), "all move", " not moving: not attended to, or every run of them fails"));
    }

    private static Condition orUnknown(Supplier<Condition> query) {
        try {
            return query.get();
        } catch (RuntimeException e) {
            return new Condition(true, "not known: PostgreSQL does not answer");
        }
    }

    private Condition invariants() {
        return condition(invariants.violations(), "hold", " in a contradictory state: a defect");
    }

    private static Condition condition(int affected, String none, String how) {
        return new Condition(affected > 0, affected == 0 ? none : plural(affected, "registration") + how);
    }

    private static String plural(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /**
     * Counts the registrations that break the invariants, and those that do not move. Runs on a timer; if the database does not answer, the last
     * count stays. Thread-safe.
     */
    public static final class InvariantCheck {

        /** Frequent enough for an alert that waits for two minutes. */
        public static final Duration INTERVAL = Duration.ofSeconds(30);

        private final DueRegistrations registrations;
        private volatile int violations;
        private volatile int unmoved;

        public InvariantCheck(DueRegistrations registrations, RegistrarMeters meters) {
            this.registrations = registrations;
            meters.standstill(this::violations, () -> unmoved);
        }

        public void run() {
            violations = registrations.violations();
            unmoved = registrations.unmoved();
        }

        /** The last count; 0 before the first. */
        public int violations() {
            return violations;
        }
    }
}
