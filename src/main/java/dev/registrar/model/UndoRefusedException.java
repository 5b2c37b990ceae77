package dev.registrar.model;

/** The row of this undo is closed, or its run is not the current one. */
public final class UndoRefusedException extends RuntimeException {

    public UndoRefusedException(RegistrationId id) {
        super("undo of registration " + id + " is no longer this run's to attempt");
    }
}
