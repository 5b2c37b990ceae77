package dev.registrar.model;

import org.jspecify.annotations.Nullable;

/** The argument of an activity that can be an undo. {@link UndoGuard} is consulted before each attempt of one. */
public interface UndoCall extends OfRegistration {

    /** The undo that this call belongs to; null if the call only reads. */
    @Nullable
    UndoAttempt attempt();
}
