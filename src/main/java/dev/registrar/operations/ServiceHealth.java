package dev.registrar.operations;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.CompensationLedger.OpenWork;
import dev.registrar.model.Step;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.store.DueRegistrations;
import dev.registrar.temporal.TemporalBundle.TemporalHealthCheck;
import dev.registrar.temporal.TemporalConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;

/** What is degraded. None of it is cured by a restart: the service waits and reports it. Thread-safe. */
public final class ServiceHealth {

    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final CompensationLedger ledger;
    private final DueRegistrations registrations;
    private final InvariantCheck invariants;
    private final BreakerOperations breakers;
    private final OutboundClients outbound;
    private final WorkerOperations worker;
    private final TemporalHealthCheck temporalCheck;
    private final String temporalTarget;
    private final BooleanSupplier draining;

    /** @param draining whether this instance is going down */
    public ServiceHealth(
            Jdbi jdbi,
            CompensationLedger ledger,
            DueRegistrations registrations,
            InvariantCheck invariants,
            BreakerOperations breakers,
            OutboundClients outbound,
            WorkerOperations worker,
            TemporalConnection temporal,
            BooleanSupplier draining) {
        this.jdbi = jdbi;
        this.ledger = ledger;
        this.registrations = registrations;
        this.invariants = invariants;
        this.breakers = breakers;
        this.outbound = outbound;
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
                "providers", this::providers,
                "worker", this::worker,
                "undo-work", this::undoWork,
                "registrations", this::registrations,
                "invariants", this::invariants);
    }

    /** Whether this instance can accept registrations: PostgreSQL is there, and it is not going down. */
    public Condition readiness() {
        return draining.getAsBoolean() ? new Condition(true, "draining") : database();
    }

    private Condition database() {
        try {
            jdbi.useHandle(handle -> {
                handle.getConfig(SqlStatements.class).setQueryTimeout((int) DATABASE_LIMIT.toSeconds());
                handle.createQuery("SELECT 1").mapTo(Integer.class).one();
            });
            return new Condition(false, "answers");
        } catch (RuntimeException e) {
            return new Condition(true, "PostgreSQL does not answer: nothing can be accepted");
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
        List<BreakerEntry> shut =
                breakers.list().stream().filter(entry -> !entry.lets()).toList();
        return shut.isEmpty()
                ? new Condition(false, "all closed")
                : new Condition(
                        true,
                        shut.stream()
                                .map(entry -> entry.service() + " is " + entry.state())
                                .collect(Collectors.joining(", ")));
    }

    private Condition providers() {
        Map<Step, Integer> refusals = outbound.refusedBy();
        return refusals.isEmpty()
                ? new Condition(false, "none refuses this service")
                : new Condition(
                        true,
                        refusals.entrySet().stream()
                                .map(entry ->
                                        entry.getKey().code() + ": refused by provider, status " + entry.getValue())
                                .collect(Collectors.joining(", ")));
    }

    private Condition worker() {
        String state = worker.status().state();
        return new Condition(worker.isPaused(), worker.isPaused() ? state + " by an operator" : state);
    }

    private Condition undoWork() {
        try {
            OpenWork open = ledger.openWork();
            String atRisk = open.atRisk().isEmpty()
                    ? ""
                    : ", at risk "
                            + open.atRisk().stream().map(Object::toString).collect(Collectors.joining(", "));
            return new Condition(open.rows() > 0, plural(open.rows(), "open row") + atRisk);
        } catch (RuntimeException e) {
            return new Condition(true, "not known: PostgreSQL does not answer");
        }
    }

    private Condition registrations() {
        try {
            int unmoved = registrations.unmoved();
            return unmoved == 0
                    ? new Condition(false, "all move")
                    : new Condition(
                            true,
                            plural(unmoved, "registration")
                                    + " not moving: nobody attends to them, or every run of them fails");
        } catch (RuntimeException e) {
            return new Condition(true, "not known: PostgreSQL does not answer");
        }
    }

    private Condition invariants() {
        int violations = invariants.violations();
        return violations == 0
                ? new Condition(false, "hold")
                : new Condition(true, plural(violations, "registration") + " in a contradictory state: a defect");
    }

    private static String plural(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
