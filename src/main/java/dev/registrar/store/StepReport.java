package dev.registrar.store;

import dev.registrar.model.Step;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a registration, as it is told to the outside.
 *
 * @param attempts calls made so far
 * @param reference the provider's name for what the step made
 */
public record StepReport(
        Step name,
        StepStatus status,
        int attempts,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String reference) {

    /** A step that was not yet reached. */
    public static StepReport pending(Step name) {
        return new StepReport(name, StepStatus.PENDING, 0, null, null, null);
    }
}
