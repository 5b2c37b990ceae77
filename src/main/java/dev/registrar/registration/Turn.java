package dev.registrar.registration;

import dev.registrar.store.RegistrationStatus;
import org.jspecify.annotations.Nullable;

/** Where a registration goes once it no longer goes forward. */
record Turn(Kind kind, @Nullable RegistrationStatus end) {

    enum Kind {
        /** The row says how it ended. */
        ENDED,
        /** What was done is undone, then it ends as {@code end}. */
        BACK,
        /** A payment that nobody can tell, or a wrong one: an operator decides. */
        ATTENTION,
        /** An earlier run has begun the undo: that goes on. */
        UNDO_BEGUN
    }

    static final Turn UNDO_BEGUN = new Turn(Kind.UNDO_BEGUN, null);
    static final Turn FAILED = new Turn(Kind.BACK, RegistrationStatus.FAILED);
    static final Turn CANCELLED = new Turn(Kind.BACK, RegistrationStatus.CANCELLED);
    static final Turn ATTENTION = new Turn(Kind.ATTENTION, RegistrationStatus.FAILED);

    static Turn ended(RegistrationStatus status) {
        return new Turn(Kind.ENDED, status);
    }

    /** How it ends, or is meant to end. */
    RegistrationStatus intendedEnd() {
        return end == null ? RegistrationStatus.FAILED : end;
    }
}
