package dev.registrar.registration;

import dev.registrar.store.RegistrationStatus;

/** How the workflow ended; the row says the same, and more. */
public record RegistrationResult(RegistrationStatus status) {}
