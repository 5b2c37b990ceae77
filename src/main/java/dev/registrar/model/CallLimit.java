package dev.registrar.model;

/** How long one call to a service may last as a whole. */
public enum CallLimit {
    /** The service's configured deadline. */
    FULL,
    /**
     * The short limit of a local attempt (2 s). A call ended by it is of unknown outcome, and its breaker takes no notice.
     */
    LOCAL
}
