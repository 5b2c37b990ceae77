package dev.registrar.store;

/** The status of a registration. The names are part of the REST contract. */
public enum RegistrationStatus {
    /** Durably accepted; the workflow has not started yet. */
    ACCEPTED,
    RUNNING,
    /** The undo has begun: it never goes forward again. */
    COMPENSATING,
    COMPLETED,
    FAILED,
    CANCELLED,
    /** The saga has given up on an undo or on a payment; a compensation row is open. */
    NEEDS_ATTENTION;

    /**
     * Those that have not ended, as a condition on the column {@code status}: by the literals the planner recognises a partial index,
     * which answers counts by itself.
     */
    public static final String NOT_ENDED = "status IN ('ACCEPTED', 'RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION')";

    /** Whether the status is final. */
    public boolean ended() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** Whether a wait for the end is over. */
    public boolean settled() {
        return ended() || this == NEEDS_ATTENTION;
    }
}
