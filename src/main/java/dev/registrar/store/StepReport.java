package dev.registrar.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Step;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a registration.
 *
 * @param attempts calls made so far
 * @param reference the provider's id of what the step created
 * @param failures the newest failed attempts, in their order; for operators, not for clients
 */
public record StepReport(
        Step name,
        StepStatus status,
        int attempts,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String reference,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures) {

    public StepReport {
        failures = AttemptFailure.listOf(failures);
    }

    /** A step of which no attempt failed. */
    public StepReport(
            Step name,
            StepStatus status,
            int attempts,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String reference) {
        this(name, status, attempts, startedAt, finishedAt, reference, List.of());
    }

    /** A step that was not yet reached. */
    public static StepReport pending(Step name) {
        return new StepReport(name, StepStatus.PENDING, 0, null, null, null);
    }

    /** The same with this failure. */
    public StepReport with(AttemptFailure failure) {
        return new StepReport(name, status, attempts, startedAt, finishedAt, reference, failure.addedTo(failures));
    }
}
