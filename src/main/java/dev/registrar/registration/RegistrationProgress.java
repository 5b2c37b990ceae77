package dev.registrar.registration;

import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepError;
import dev.registrar.store.StepReport;
import dev.registrar.store.WaitingOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The live answer of a running registration. */
public record RegistrationProgress(
        RegistrationStatus status,
        List<StepReport> steps,
        List<StepError> errors,
        @Nullable WaitingOn waitingOn) {}
