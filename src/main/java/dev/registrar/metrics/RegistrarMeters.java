package dev.registrar.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What this instance counts: one method an event, the tags' values as {@link MetricNames} lists them. All series exist
 * from construction on, so that the first of anything is seen as a rise from 0. Thread-safe.
 */
public final class RegistrarMeters {

    private final MeterRegistry registry;

    public RegistrarMeters(MeterRegistry registry) {
        this.registry = registry;
        counter(MetricNames.ACCEPTED);
        counter(MetricNames.INTAKE_REPLAYS);
        counter(MetricNames.RECONCILE_COMPARED);
        each(MetricNames.INTAKE_CONFLICTS, MetricNames.CODE, MetricNames.CONFLICTS);
        each(MetricNames.ENDED, MetricNames.STATUS, MetricNames.ENDS);
        MetricNames.ENDS.forEach(this::duration);
        for (String action : MetricNames.UNDO_ACTIONS) {
            MetricNames.UNDO_OUTCOMES.forEach(outcome -> undoCounter(action, outcome));
        }
        each(MetricNames.REPLAY_BATCHES, MetricNames.OUTCOME, MetricNames.BATCH_OUTCOMES);
        each(MetricNames.REPLAY_ITEMS, MetricNames.OUTCOME, MetricNames.ITEM_OUTCOMES);
        each(MetricNames.SWEEPER_FINDINGS, MetricNames.FINDING, MetricNames.SWEEPER_FINDING_VALUES);
        each(MetricNames.RECONCILE_FINDINGS, MetricNames.FINDING, MetricNames.RECONCILE_FINDING_VALUES);
        each(MetricNames.OPERATOR_ACTIONS, MetricNames.ACTION, MetricNames.OPERATOR_ACTION_VALUES);
        each(MetricNames.PURGED, MetricNames.ROWS, MetricNames.PURGED_ROWS);
        preregisterWorkflowMeters();
    }

    /** Workflow code counts these through Temporal's replay-safe scope; here they only begin at 0. */
    private void preregisterWorkflowMeters() {
        for (String service : MetricNames.SERVICES) {
            counter(MetricNames.RETRIES, MetricNames.SERVICE, service);
            for (String reason : MetricNames.EXHAUSTED_REASONS) {
                counter(MetricNames.RETRIES_EXHAUSTED, MetricNames.SERVICE, service, MetricNames.REASON, reason);
            }
            for (String reason : MetricNames.WAIT_REASONS) {
                timer(MetricNames.WAIT, MetricNames.SERVICE, service, MetricNames.REASON, reason);
            }
        }
    }

    /** A registration was accepted. */
    public void accepted() {
        counter(MetricNames.ACCEPTED).increment();
    }

    /** A request was answered with the registration that an equal one had made. */
    public void replayed() {
        counter(MetricNames.INTAKE_REPLAYS).increment();
    }

    /** @param code one of {@link MetricNames#CONFLICTS} */
    public void conflict(String code) {
        counter(MetricNames.INTAKE_CONFLICTS, MetricNames.CODE, code).increment();
    }

    /**
     * A registration ended, or needs attention.
     *
     * @param status one of {@link MetricNames#ENDS}
     * @param sinceAcceptance how long it took
     */
    public void ended(String status, Duration sinceAcceptance) {
        counter(MetricNames.ENDED, MetricNames.STATUS, status).increment();
        duration(status).record(sinceAcceptance);
    }

    /** @param outcome one of {@link MetricNames#UNDO_OUTCOMES} */
    public void undo(String action, String outcome) {
        undoCounter(action, outcome).increment();
    }

    /** @param outcome one of {@link MetricNames#BATCH_OUTCOMES} */
    public void replayBatch(String outcome) {
        counter(MetricNames.REPLAY_BATCHES, MetricNames.OUTCOME, outcome).increment();
    }

    /** @param outcome one of {@link MetricNames#ITEM_OUTCOMES} */
    public void replayItem(String outcome) {
        counter(MetricNames.REPLAY_ITEMS, MetricNames.OUTCOME, outcome).increment();
    }

    /** @param finding one of {@link MetricNames#SWEEPER_FINDING_VALUES} */
    public void sweeperFound(String finding) {
        counter(MetricNames.SWEEPER_FINDINGS, MetricNames.FINDING, finding).increment();
    }

    /** One look of a duty of the sweeper. */
    public void swept(String duty, boolean wellEnded, long nanos) {
        timer(MetricNames.SWEEP, MetricNames.DUTY, duty, MetricNames.OUTCOME, wellEnded ? "done" : "ended_early")
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The duties of the sweeper begin at 0 too. */
    public void sweepsOf(String duty) {
        timer(MetricNames.SWEEP, MetricNames.DUTY, duty, MetricNames.OUTCOME, "done");
        timer(MetricNames.SWEEP, MetricNames.DUTY, duty, MetricNames.OUTCOME, "ended_early");
    }

    /** @param finding one of {@link MetricNames#RECONCILE_FINDING_VALUES} */
    public void reconcileFound(String finding) {
        counter(MetricNames.RECONCILE_FINDINGS, MetricNames.FINDING, finding).increment();
    }

    /** So many registrations were compared. */
    public void compared(int registrations) {
        counter(MetricNames.RECONCILE_COMPARED).increment(registrations);
    }

    /** @param rows one of {@link MetricNames#PURGED_ROWS} */
    public void purged(String rows, int number) {
        counter(MetricNames.PURGED, MetricNames.ROWS, rows).increment(number);
    }

    /** @param action one of {@link MetricNames#OPERATOR_ACTION_VALUES} */
    public void operatorAction(String action) {
        counter(MetricNames.OPERATOR_ACTIONS, MetricNames.ACTION, action).increment();
    }

    /** Latency, outcome and attempts of one operation of a service. */
    public CallMeter calls(String service, String operation, Set<CallOutcome> outcomes) {
        return new CallMeter(registry, service, operation, outcomes);
    }

    /** Shows from now on whether the worker is paused. */
    public void workerPaused(BooleanSupplier paused) {
        Gauge.builder(MetricNames.WORKER_PAUSED, () -> paused.getAsBoolean() ? 1 : 0)
                .description(MetricTexts.of(MetricNames.WORKER_PAUSED))
                .register(registry);
    }

    private void each(String name, String tag, List<String> values) {
        values.forEach(value -> counter(name, tag, value));
    }

    private Counter undoCounter(String action, String outcome) {
        return counter(MetricNames.COMPENSATIONS, MetricNames.ACTION, action, MetricNames.OUTCOME, outcome);
    }

    private Timer duration(String status) {
        return timer(MetricNames.DURATION, MetricNames.STATUS, status);
    }

    private Counter counter(String name, String... tags) {
        return Counter.builder(name)
                .description(MetricTexts.of(name))
                .tags(tags)
                .register(registry);
    }

    private Timer timer(String name, String... tags) {
        return Timer.builder(name).description(MetricTexts.of(name)).tags(tags).register(registry);
    }
}
