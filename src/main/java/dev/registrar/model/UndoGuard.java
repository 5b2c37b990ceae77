package dev.registrar.model;

import java.time.Duration;

/** May this undo be attempted now? Asked before each attempt. */
public interface UndoGuard {

    /**
     * Marks the row as being worked on until the deadline has passed.
     *
     * @param deadline the attempt has ended by then, counted from now
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
