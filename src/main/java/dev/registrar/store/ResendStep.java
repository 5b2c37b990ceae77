package dev.registrar.store;

import dev.registrar.model.Step;
import org.jspecify.annotations.Nullable;

/**
 * How one step of a resend ended.
 *
 * @param reference the provider's name for what was made
 * @param errorCode there where it did not succeed
 */
public record ResendStep(
        Step name,
        StepStatus status,
        @Nullable String reference,
        @Nullable String errorCode) {}
