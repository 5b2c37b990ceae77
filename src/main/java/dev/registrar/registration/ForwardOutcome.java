package dev.registrar.registration;

import dev.registrar.store.RegistrationStatus;

/** How the forward steps ended. */
enum ForwardOutcome {
    /** The row holds the end. */
    ENDED,
    /** Completed steps are undone; the registration fails. */
    FAILED,
    /** Completed steps are undone; the registration was cancelled. */
    CANCELLED,
    /** The payment's outcome is unknown, or its amount is wrong: an operator has to decide. */
    UNRESOLVED,
    /** The undo has already begun and continues. */
    UNDO_BEGUN,
    /** All steps are done, but a pending command needs a newer version of the service: a later run ends it. */
    BLOCKED;

    /** Whether the registration has to be turned back now. */
    boolean turnsBack() {
        return this == FAILED || this == CANCELLED || this == UNRESOLVED;
    }

    /** How it ends, or is meant to end. */
    RegistrationStatus intendedEnd() {
        return this == CANCELLED ? RegistrationStatus.CANCELLED : RegistrationStatus.FAILED;
    }

    /** A critical step ended in such a way that the registration cannot continue. */
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
