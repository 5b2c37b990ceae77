package dev.registrar.model;

/** May this registration still go forward? Asked only by runs that were reset or started by the sweeper. */
public interface ForwardGuard {

    /**
     * Returns where no undo of this registration has begun.
     *
     * @throws ForwardRefusedException where one has; nothing may be sent any more
     */
    void requireForward(RegistrationId id);
}
