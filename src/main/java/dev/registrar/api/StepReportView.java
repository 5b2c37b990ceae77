package dev.registrar.api;

import dev.registrar.model.Step;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A step as clients see it: without its failed attempts, which are for operators. */
public record StepReportView(
        Step name,
        StepStatus status,
        int attempts,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String reference) {

    static StepReportView of(StepReport step) {
        return new StepReportView(
                step.name(), step.status(), step.attempts(), step.startedAt(), step.finishedAt(), step.reference());
    }
}
