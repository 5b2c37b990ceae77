package dev.registrar.compensation;

/** Where an undo stands (DESIGN 5). Counts and money at risk take OPEN only. */
public enum UndoState {
    /** Waits for the one before. */
    PLANNED,
    OPEN,
    /** A replay is at it. */
    REPLAYING,
    /** The provider confirmed it. */
    DONE,
    /** An operator vouched for it. */
    RESOLVED;

    public boolean closed() {
        return this == DONE || this == RESOLVED;
    }
}
