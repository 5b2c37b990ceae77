package dev.registrar.model;

/**
 * May this registration still go forward? Asked before every durable attempt of a forward step, and before the local ones of a
 * run that may repeat what was already undone.
 */
public interface ForwardGuard {

    /**
     * Returns if nothing speaks against it.
     *
     * @throws ForwardRefusedException if its undo has begun, it has ended, another run has taken over or a cancel was requested;
     *     nothing may be sent any more
     */
    void requireForward(RegistrationId id, Origin origin);
}
