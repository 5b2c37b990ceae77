package dev.registrar.registration;

import dev.registrar.call.CallMonitor;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationRecords.Progress;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepError;
import dev.registrar.store.StepHistory;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import dev.registrar.store.WaitingOn;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of the steps while the workflow runs, and what the registration waits for: kept for the query and for the
 * row. Workflow code.
 */
final class StepTracker {

    /** A timer of at least this length is written to the row. */
    private static final Duration WORTH_WRITING = Duration.ofSeconds(5);

    /** Resolution of the row's times, in nanoseconds. */
    private static final long PRECISION = 1_000;

    private final RegistrationInput input;
    private final Consumer<Progress> writer;
    private final Map<Step, StepReport> steps = new EnumMap<>(Step.class);
    private final Map<Step, WaitingOn> waits = new EnumMap<>(Step.class);
    private final List<StepError> errors = new ArrayList<>();
    private RegistrationStatus status = RegistrationStatus.RUNNING;
    private Instant lastWrite = Instant.EPOCH;
    private boolean rowShowsPastWait;

    /** @param writer writes a snapshot to the row, without blocking */
    StepTracker(RegistrationInput input, Consumer<Progress> writer) {
        this.input = input;
        this.writer = writer;
        for (Step step : Step.values()) {
            steps.put(step, StepReport.pending(step));
        }
    }

    /** Adopts the steps in the row. */
    void adopt(StepHistory history) {
        history.steps().forEach(report -> steps.put(report.name(), report));
        errors.clear();
        errors.addAll(history.errors());
    }

    void started(Step step) {
        put(step, StepStatus.RUNNING, report(step).attempts(), now(), null, null);
    }

    /** Adds a failed attempt to those that operators see. */
    void failed(Step step, AttemptFailure failure) {
        steps.put(step, report(step).with(failure));
    }

    /** Marks success, even after an earlier error, which is dropped. */
    void succeeded(Step step, @Nullable String reference) {
        errors.removeIf(error -> error.step() == step);
        put(step, StepStatus.SUCCEEDED, report(step).attempts(), report(step).startedAt(), now(), reference);
    }

    void skipped(Step step) {
        put(step, StepStatus.SKIPPED, 0, null, now(), null);
    }

    void failed(Step step, String code) {
        ended(step, StepStatus.FAILED, code);
    }

    void unknown(Step step, String code) {
        ended(step, StepStatus.UNKNOWN, code);
    }

    /** Marks a step that was under way on turning back; a critical one's outcome is unknown for now. */
    void abandoned(Step step) {
        StepReport report = report(step);
        if (report.status() == StepStatus.RUNNING || report.status() == StepStatus.WAITING) {
            boolean critical = step == Step.PROFILE || step == Step.PAYMENT;
            StepStatus ending = critical ? StepStatus.UNKNOWN : StepStatus.FAILED;
            put(step, ending, report.attempts(), report.startedAt(), now(), report.reference());
        }
    }

    /** Marks a step that is now known to have had no effect; one that never began stays PENDING. */
    void notDone(Step step) {
        StepReport report = report(step);
        if (report.status() == StepStatus.UNKNOWN) {
            put(step, StepStatus.FAILED, report.attempts(), report.startedAt(), now(), report.reference());
        }
    }

    private void ended(Step step, StepStatus ending, String code) {
        StepReport report = report(step);
        put(step, ending, report.attempts(), report.startedAt(), now(), report.reference());
        note(step, code);
    }

    /** Adds to the errors that are shown to clients. */
    void note(Step step, String code) {
        errors.add(new StepError(step, code, ErrorTexts.of(step, code)));
    }

    void status(RegistrationStatus now) {
        status = now;
    }

    StepReport report(Step step) {
        StepReport report = steps.get(step);
        if (report == null) {
            throw new IllegalStateException("no step " + step);
        }
        return report;
    }

    List<StepReport> reports() {
        return List.copyOf(steps.values());
    }

    List<StepError> errors() {
        return List.copyOf(errors);
    }

    RegistrationProgress progress() {
        return new RegistrationProgress(status, reports(), errors(), waitingOn());
    }

    private @Nullable WaitingOn waitingOn() {
        return waits.isEmpty() ? null : waits.values().iterator().next();
    }

    private void put(
            Step step,
            StepStatus status,
            int attempts,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String reference) {
        List<AttemptFailure> failures = report(step).failures();
        steps.put(step, new StepReport(step, status, attempts, startedAt, finishedAt, reference, failures));
    }

    /** Follows the calls of a forward step: attempts and waits. */
    CallMonitor monitor(Step step) {
        return new StepMonitor(step, true);
    }

    /** Follows lookups and undo of a step's service: waits only, the step's own attempts stay. */
    CallMonitor waitsOf(Step step) {
        return new StepMonitor(step, false);
    }

    private void write() {
        rowShowsPastWait = false;
        Instant at = now();
        // Two in one millisecond keep their order.
        lastWrite = at.isAfter(lastWrite) ? at : lastWrite.plusNanos(PRECISION);
        writer.accept(new Progress(input.registrationId(), input.run(), reports(), errors(), waitingOn(), lastWrite));
    }

    static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    private final class StepMonitor implements CallMonitor {

        private final Step step;
        private final boolean forward;
        private boolean written;

        StepMonitor(Step step, boolean forward) {
            this.step = step;
            this.forward = forward;
        }

        @Override
        public Step service() {
            return step;
        }

        @Override
        public void attempts(int count) {
            if (forward) {
                StepReport report = report(step);
                put(step, report.status(), count, report.startedAt(), report.finishedAt(), report.reference());
            }
        }

        @Override
        public void failed(AttemptFailure failure) {
            if (forward) {
                StepTracker.this.failed(step, failure);
            }
        }

        @Override
        public void waits(WaitReason reason, Duration duration) {
            Instant since = now();
            waits.put(step, new WaitingOn(step, reason.name().toLowerCase(Locale.ROOT), since, since.plus(duration)));
            if (reason.underWay()) {
                // Shown by the query only: a timer to detect long calls would add events to every healthy call.
                if (rowShowsPastWait) {
                    write();
                }
                return;
            }
            mark(StepStatus.WAITING);
            if (duration.compareTo(WORTH_WRITING) >= 0) {
                stillWaits();
            }
        }

        @Override
        public void stillWaits() {
            written = true;
            write();
        }

        /** Does not write the row: the next wait of the same call would be written again. */
        @Override
        public void goesOn() {
            waits.remove(step);
            mark(StepStatus.RUNNING);
        }

        /** Needs no write of its own: the next durable call or the outcome corrects the row. */
        @Override
        public void ended() {
            rowShowsPastWait |= written;
            written = false;
        }

        private void mark(StepStatus status) {
            StepReport report = report(step);
            if (report.status() == StepStatus.RUNNING || report.status() == StepStatus.WAITING) {
                put(step, status, report.attempts(), report.startedAt(), null, report.reference());
            }
        }
    }
}
