package dev.registrar.registration;

import dev.registrar.store.RegistrationStatus;

/** How going forward ended. */
enum ForwardOutcome {
    /** The row holds the end. */
    ENDED,
    /** What was done is undone; it fails. */
    FAILED,
    /** What was done is undone; it was cancelled. */
    CANCELLED,
    /** The payment's outcome is unknown, or its amount is wrong: somebody has to decide. */
    UNRESOLVED,
    /** The undo has begun already: that goes on. */
    UNDO_BEGUN,
    /** All is done, but a command waits that only a newer version of the service can apply: a later run ends it. */
    BLOCKED;

    /** Whether the registration has to be turned back now. */
    boolean turnsBack() {
        return this == FAILED || this == CANCELLED || this == UNRESOLVED;
    }

    /** How it ends, or is meant to end. */
    RegistrationStatus intendedEnd() {
        return this == CANCELLED ? RegistrationStatus.CANCELLED : RegistrationStatus.FAILED;
    }

    /** A critical step ended so that the registration cannot go on. */
    static final class TurnBackException extends Exception {

        private final ForwardOutcome outcome;

        TurnBackException(ForwardOutcome outcome) {
            super(outcome.name());
            this.outcome = outcome;
        }

        ForwardOutcome outcome() {
            return outcome;
        }
    }
}
