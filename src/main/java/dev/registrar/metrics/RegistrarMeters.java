package dev.registrar.metrics;

import dev.registrar.metrics.CallMeter.CallOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * What this instance counts, one method per event; parameters take the values that {@link Metric} lists for the tag. Workflow
 * code counts retries and waits through Temporal's replay-safe scope instead. Thread-safe.
 */
public final class RegistrarMeters {

    private final MeterRegistry registry;

    /** Registers every series whose tag values are known, at 0. */
    public RegistrarMeters(MeterRegistry registry) {
        this.registry = registry;
        Metric.registerKnown(registry);
    }

    public void accepted() {
        Metric.ACCEPTED.counter(registry).increment();
    }

    /** A request was answered with the registration of an identical earlier one. */
    public void replayed() {
        Metric.INTAKE_REPLAYS.counter(registry).increment();
    }

    public void conflict(String code) {
        Metric.INTAKE_CONFLICTS.counter(registry, code).increment();
    }

    /** A registration ended, or needs attention. */
    public void ended(String status, Duration sinceAcceptance) {
        Metric.ENDED.counter(registry, status).increment();
        Metric.DURATION.timer(registry, status).record(sinceAcceptance);
    }

    /** A registration was completed by a later run, after it had needed attention: not a duration to learn from. */
    public void completedLater() {
        Metric.ENDED.counter(registry, "COMPLETED").increment();
    }

    public void undo(String action, String outcome) {
        Metric.COMPENSATIONS.counter(registry, action, outcome).increment();
    }

    public void replayBatch(String outcome) {
        Metric.REPLAY_BATCHES.counter(registry, outcome).increment();
    }

    public void replayItem(String outcome) {
        Metric.REPLAY_ITEMS.counter(registry, outcome).increment();
    }

    public void sweeperFound(String finding) {
        Metric.SWEEPER_FINDINGS.counter(registry, finding).increment();
    }

    /** One round of a timed duty. */
    public void swept(String duty, boolean completed, long nanos) {
        Metric.SWEEP.timer(registry, duty, completed ? "done" : "ended_early").record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Registers the series of a timed duty, at 0. */
    public void sweepsOf(String duty) {
        Metric.Tag.SWEEP_OUTCOME.values().forEach(outcome -> Metric.SWEEP.timer(registry, duty, outcome));
    }

    public void reconcileFound(String finding) {
        Metric.RECONCILE_FINDINGS.counter(registry, finding).increment();
    }

    public void compared(int registrations) {
        Metric.RECONCILE_COMPARED.counter(registry).increment(registrations);
    }

    public void purged(String rows, int number) {
        Metric.PURGED.counter(registry, rows).increment(number);
    }

    public void operatorAction(String action) {
        Metric.OPERATOR_ACTIONS.counter(registry, action).increment();
    }

    /** Latency, outcome and attempts of one operation of a service. */
    public CallMeter calls(String service, String operation, Set<CallOutcome> outcomes) {
        return new CallMeter(registry, service, operation, outcomes);
    }

    /** Shows from now on whether the worker is paused. */
    public void workerPaused(BooleanSupplier paused) {
        Metric.WORKER_PAUSED.gauge(registry, () -> paused.getAsBoolean() ? 1 : 0);
    }

    /** Shows from now on which services' providers refuse this one. */
    public void refused(Predicate<String> refuses) {
        Metric.Tag.SERVICE
                .values()
                .forEach(service -> Metric.REFUSED.gauge(registry, () -> refuses.test(service) ? 1 : 0, service));
    }

    /** Shows from now on how many registrations contradict themselves, and how many do not move. */
    public void standstill(IntSupplier violations, IntSupplier unmoved) {
        Metric.INVARIANT_VIOLATIONS.gauge(registry, violations::getAsInt);
        Metric.UNMOVED.gauge(registry, unmoved::getAsInt);
    }
}
