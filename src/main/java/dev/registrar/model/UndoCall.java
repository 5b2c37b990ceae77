package dev.registrar.model;

import org.jspecify.annotations.Nullable;

/** An activity's argument that can be an undo. {@link UndoGuard} is asked before each attempt of one. */
public interface UndoCall extends OfRegistration {

    /** The undo that this call belongs to; null if the call only reads. */
    @Nullable
    UndoAttempt attempt();
}
