package dev.registrar.store;

import java.util.List;

/** What the row says of the steps: for a run that goes on where an earlier one ended. */
public record StepHistory(List<StepReport> steps, List<StepError> errors) {

    public StepHistory {
        steps = List.copyOf(steps);
        errors = List.copyOf(errors);
    }
}
