package dev.registrar.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationView;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.registration.RegistrationProgress;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepError;
import dev.registrar.store.StepReport;
import dev.registrar.store.WaitingOn;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registration as clients see it.
 *
 * @param stepsAsOf when the steps were written; absent if they are live
 */
public record RegistrationView(
        RegistrationId id,
        String userId,
        RegistrationStatus status,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant stepsAsOf,
        List<StepReportView> steps,
        List<CompensationView> compensations,
        List<StepError> errors,
        @Nullable WaitingOn waitingOn,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt) {

    /** As in the row. */
    static RegistrationView of(Registration row, List<Compensation> compensations) {
        Instant asOf = row.stepsAsOf() == null ? row.createdAt() : row.stepsAsOf();
        return view(
                row,
                row.status(),
                row.status().settled() ? null : asOf,
                row.steps().isEmpty() ? pending() : row.steps(),
                compensations,
                row.errors(),
                row.waitingOn());
    }

    /** Steps as the workflow reports them now; the rest from the row. */
    static RegistrationView live(Registration row, RegistrationProgress live, List<Compensation> compensations) {
        return view(row, live.status(), null, live.steps(), compensations, live.errors(), live.waitingOn());
    }

    /** The state at the start, without a query. */
    static RegistrationView fresh(Registration row) {
        return view(row, row.status(), null, pending(), List.of(), List.of(), null);
    }

    private static List<StepReport> pending() {
        return Arrays.stream(Step.values()).map(StepReport::pending).toList();
    }

    private static RegistrationView view(
            Registration row,
            RegistrationStatus status,
            @Nullable Instant stepsAsOf,
            List<StepReport> steps,
            List<Compensation> compensations,
            List<StepError> errors,
            @Nullable WaitingOn waitingOn) {
        return new RegistrationView(
                row.id(),
                row.userId(),
                status,
                stepsAsOf,
                steps.stream().map(StepReportView::of).toList(),
                compensations.stream().map(CompensationView::of).toList(),
                errors,
                waitingOn,
                row.createdAt(),
                row.updatedAt(),
                row.finishedAt());
    }
}
