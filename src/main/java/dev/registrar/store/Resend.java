package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The n-th resend of a registration's welcome messages.
 *
 * @param steps how its steps ended; empty where it has not ended for the first time
 * @param finishedAt absent while it is under way
 */
public record Resend(
        RegistrationId registrationId,
        int n,
        ResendData data,
        List<ResendStep> steps,
        @Nullable Instant finishedAt) {

    /** Whether the step has succeeded. */
    public boolean succeeded(Step step) {
        return steps.stream().anyMatch(done -> done.name() == step && done.status() == StepStatus.SUCCEEDED);
    }

    /** What is still to be done, in order. */
    public List<Step> left() {
        List<Step> all = new ArrayList<>();
        if (!data.corrected().isEmpty()) {
            all.add(Step.PROFILE);
            all.add(Step.DATABASE);
        }
        all.addAll(data.channels());
        all.removeIf(this::succeeded);
        return all;
    }
}
