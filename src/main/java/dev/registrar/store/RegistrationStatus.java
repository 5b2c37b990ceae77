package dev.registrar.store;

/** The status of a registration. The names are part of the REST contract. */
public enum RegistrationStatus {
    /** Durably accepted, its workflow not yet started. */
    ACCEPTED,
    RUNNING,
    /** The undo has begun: it never goes forward again. */
    COMPENSATING,
    COMPLETED,
    FAILED,
    CANCELLED,
    /** The saga has given up on an undo or on a payment; a compensation row is open. */
    NEEDS_ATTENTION;

    /** Whether nothing more happens by itself or by an operator. */
    public boolean ended() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    /** Whether somebody who waits for the end has waited long enough. */
    public boolean settled() {
        return ended() || this == NEEDS_ATTENTION;
    }
}
