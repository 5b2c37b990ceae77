package dev.registrar.store;

import dev.registrar.model.Step;

/**
 * An error of a step, free of personal data.
 *
 * @param code stable, for programs
 * @param message for people
 */
public record StepError(Step step, String code, String message) {}
