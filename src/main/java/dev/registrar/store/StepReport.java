package dev.registrar.store;

import dev.registrar.model.Step;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a registration, as shown to clients.
 *
 * @param attempts calls made so far
 * @param reference the provider's id of what the step created
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
