package dev.registrar.compensation;

/** The state of an undo row. Counts and money at risk include OPEN and RUNNING. */
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
