package dev.registrar.model;

/** May this registration still go forward? */
public interface ForwardGuard {

    /**
     * Returns if no undo of this registration has begun and the run is the current one.
     *
     * @throws ForwardRefusedException otherwise; nothing may be sent any more
     */
    void requireForward(RegistrationId id, Origin origin);
}
