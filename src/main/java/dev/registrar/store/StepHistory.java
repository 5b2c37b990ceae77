package dev.registrar.store;

import java.util.List;

/** The steps in the row, from which a later run continues. */
public record StepHistory(List<StepReport> steps, List<StepError> errors) {

    public StepHistory {
        steps = List.copyOf(steps);
        errors = List.copyOf(errors);
    }
}
