package dev.registrar.model;

/** Whether a registration may still go forward. Checked only by runs that were reset or started by the sweeper. */
public interface ForwardGuard {

    /**
     * Returns if no undo of this registration has begun.
     *
     * @throws ForwardRefusedException an undo has begun; nothing more may be sent
     */
    void requireForward(RegistrationId id);
}
