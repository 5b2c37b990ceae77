package dev.registrar.model;

/** The total time limit of one call to a service. */
public enum CallLimit {
    /** The service's configured deadline. */
    FULL,
    /**
     * The short limit of a local attempt (2 s). A call ended by it is of unknown outcome, and its breaker does not count it.
     */
    LOCAL
}
