package dev.registrar.outbound;

import java.time.Instant;

/**
 * What an operator wants of a breaker.
 *
 * @param until from then on the breaker is on its own again
 * @param setAt when it was asked for; tells one reset from the next
 */
public record ForcedState(Mode mode, Instant until, Instant setAt) {

    /** How a breaker is held. */
    public enum Mode {
        /** Lets nothing through. */
        OPEN,
        /** Lets everything through and counts nothing. */
        CLOSED,
        /** Not held: closed once, with nothing counted, then on its own. */
        RESET
    }
}
