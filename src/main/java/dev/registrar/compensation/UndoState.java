package dev.registrar.compensation;

/** Where an undo stands. Counts and money at risk take OPEN and RUNNING. */
public enum UndoState {
    /** Waits for the one before. */
    PLANNED,
    OPEN,
    /** An attempt is under way: derived, never stored. */
    RUNNING,
    /** The provider confirmed it. */
    DONE,
    /** An operator vouched for it. */
    RESOLVED;

    public boolean closed() {
        return this == DONE || this == RESOLVED;
    }
}
