package dev.registrar.store;

/** The status of a step. The names are part of the REST contract. */
public enum StepStatus {
    PENDING,
    RUNNING,
    /** Nothing is being called until a breaker or a provider lets us. */
    WAITING,
    SUCCEEDED,
    FAILED,
    SKIPPED,
    /** The request may have had its effect, and the provider does not say. */
    UNKNOWN
}
