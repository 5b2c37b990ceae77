package dev.registrar.operations;

import dev.registrar.metrics.OutcomeTotals.Totals;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.operations.Backlog.BatchProgress;
import dev.registrar.operations.Backlog.Unfinished;
import dev.registrar.operations.BreakerOperations.BreakerEntry;
import dev.registrar.operations.FiringAlerts.FiringAlert;
import dev.registrar.operations.HourHistory.Window;
import dev.registrar.operations.ServiceHealth.Condition;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.RecentFailures.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * What is broken now and what it costs. A part that cannot be read is absent, and its condition is degraded; reading never fails.
 * Thread-safe.
 */
public final class Overview {

    /** As in the alerts: over 30 days, this share of the registrations succeeds. */
    private static final double SUCCESS_OBJECTIVE = 0.995;

    /** As in the alerts: 99 % of the completed registrations take at most this long. */
    private static final double LATENCY_OBJECTIVE_SECONDS = 10;

    private static final Set<String> NEED_DATABASE = Set.of("undo-work", "registrations");
    private static final Condition UNKNOWN = new Condition(true, "not known: PostgreSQL does not answer");

    private static final Duration LATENCY_WINDOW = Duration.ofMinutes(5);

    private final Backlog backlog;
    private final ServiceHealth health;
    private final HourHistory history;
    private final BreakerOperations breakers;
    private final WorkerOperations worker;
    private final OutboundClients outbound;
    private final String runbooks;
    private final Clock clock;

    /** @param runbooks the folder of {@code alerts.md}, where alerts are explained, without a slash at the end */
    public Overview(
            Backlog backlog,
            ServiceHealth health,
            HourHistory history,
            BreakerOperations breakers,
            WorkerOperations worker,
            OutboundClients outbound,
            String runbooks,
            Clock clock) {
        this.backlog = backlog;
        this.health = health;
        this.history = history;
        this.breakers = breakers;
        this.worker = worker;
        this.outbound = outbound;
        this.runbooks = runbooks;
        this.clock = clock;
    }

    /**
     * @param instance the instance that answers
     * @param success of this instance; the counts of all others are in Prometheus
     * @param breakers those of this instance that are not closed
     * @param batches those that have not ended
     */
    public record Now(
            Instant at,
            String instance,
            List<NamedCondition> conditions,
            List<FiringAlert> alerts,
            Success success,
            Latency latency,
            @Nullable Map<String, Long> inFlight,
            @Nullable Long oldestInFlightSeconds,
            @Nullable Map<String, Long> openRows,
            @Nullable Instant unresolvedSince,
            @Nullable List<Money> moneyAtRisk,
            @Nullable Instant nextTryAt,
            List<BreakerState> breakers,
            WorkerState worker,
            @Nullable List<BatchProgress> batches) {}

    public record NamedCondition(String name, boolean degraded, String message) {}

    /**
     * @param failed those that FAILED without a declined card: what needs attention is still being tried
     * @param ratio completed of completed and failed; absent if there were none
     */
    public record Success(
            long windowSeconds,
            long completed,
            long failed,
            long declined,
            @Nullable Double ratio,
            double objective) {

        static Success of(Window window) {
            Totals counts = window.counts();
            long failed = counts.failedWithoutDeclines();
            long all = counts.completed() + failed;
            return new Success(
                    window.length().toSeconds(),
                    counts.completed(),
                    failed,
                    counts.declined(),
                    all == 0 ? null : Double.valueOf((double) counts.completed() / all),
                    SUCCESS_OBJECTIVE);
        }
    }

    /** In seconds, of the registrations that this instance completed in the last 5 minutes; absent if there were none. */
    public record Latency(@Nullable Double p50, @Nullable Double p99, double objectiveSeconds) {

        static Latency of(Window window) {
            return new Latency(
                    window.counts().quantile(0.5), window.counts().quantile(0.99), LATENCY_OBJECTIVE_SECONDS);
        }
    }

    /** @param until when it lets a probe through, or when the hold ends */
    public record BreakerState(
            String name, String state, @Nullable Instant until) {}

    public record WorkerState(String state, boolean temporalReachable) {}

    /** @param instance how this instance calls itself */
    public Now now(String instance) {
        Instant now = clock.instant();
        Unfinished unfinished = unfinished();
        Map<String, Condition> conditions = conditions(unfinished == null);
        List<BreakerEntry> notClosed =
                breakers.list().stream().filter(entry -> !entry.lets()).toList();
        WorkerOperations.WorkerEntry status = worker.status();
        Map<Step, Refusal> refusals = outbound.recentFailures().refusals();
        Window hour = history.hour();
        FiringAlerts.Facts facts = new FiringAlerts.Facts(
                now,
                unfinished,
                conditions,
                notClosed,
                status.state(),
                refusals,
                hour.counts().unlisted());
        return new Now(
                now,
                instance,
                conditions.entrySet().stream()
                        .map(entry -> new NamedCondition(
                                entry.getKey(),
                                entry.getValue().degraded(),
                                entry.getValue().message()))
                        .toList(),
                FiringAlerts.of(facts, runbooks),
                Success.of(hour),
                Latency.of(history.window(LATENCY_WINDOW)),
                unfinished == null ? null : unfinished.inFlight(),
                unfinished == null ? null : seconds(unfinished.oldest(), now),
                unfinished == null ? null : unfinished.openRows(),
                unfinished == null ? null : unfinished.unresolvedSince(),
                unfinished == null ? null : unfinished.moneyAtRisk(),
                unfinished == null ? null : unfinished.nextTryAt(),
                notClosed.stream()
                        .map(entry -> new BreakerState(entry.service(), entry.state(), entry.until()))
                        .toList(),
                new WorkerState(status.state(), status.temporalReachable()),
                unfinished == null ? null : unfinished.batches());
    }

    private @Nullable Unfinished unfinished() {
        try {
            return backlog.read();
        } catch (JdbiException e) {
            // The condition of PostgreSQL reports it.
            return null;
        }
    }

    /** @param away whether PostgreSQL does not answer: each condition over its tables would wait for it in vain */
    private Map<String, Condition> conditions(boolean away) {
        Map<String, Condition> conditions = new TreeMap<>();
        for (Map.Entry<String, Supplier<Condition>> check : health.conditions().entrySet()) {
            boolean unknown = away && NEED_DATABASE.contains(check.getKey());
            conditions.put(check.getKey(), unknown ? UNKNOWN : check.getValue().get());
        }
        return conditions;
    }

    private static @Nullable Long seconds(@Nullable Instant since, Instant now) {
        return since == null
                ? null
                : Long.valueOf(Math.max(0, Duration.between(since, now).toSeconds()));
    }
}
