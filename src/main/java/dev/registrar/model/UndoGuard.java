package dev.registrar.model;

import java.time.Duration;

/** Checks before each attempt whether an undo may be attempted now. */
public interface UndoGuard {

    /**
     * Marks the row as being worked on until the deadline has passed.
     *
     * @param deadline how long the attempt may last from now
     * @throws UndoRefusedException if the row is closed, or the run is not the current one; nothing may be sent
     */
    void begin(RegistrationId id, UndoAttempt attempt, Duration deadline);

    /** The row of this undo is closed, or its run is not the current one. */
    final class UndoRefusedException extends RuntimeException {

        public UndoRefusedException(RegistrationId id) {
            super("undo of registration " + id + " is no longer this run's to attempt");
        }
    }
}
