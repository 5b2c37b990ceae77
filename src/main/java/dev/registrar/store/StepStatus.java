package dev.registrar.store;

/** The status of a step. The names are part of the REST contract. */
public enum StepStatus {
    PENDING,
    RUNNING,
    /** Not called until the breaker or the provider permits it. */
    WAITING,
    SUCCEEDED,
    FAILED,
    SKIPPED,
    /** The request may have had its effect, and the provider does not confirm it. */
    UNKNOWN
}
