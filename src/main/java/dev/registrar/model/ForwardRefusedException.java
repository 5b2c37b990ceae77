package dev.registrar.model;

/** The undo of this registration has begun: it never goes forward again. */
public final class ForwardRefusedException extends RuntimeException {

    public ForwardRefusedException(RegistrationId id) {
        super("undo of registration " + id + " has begun");
    }
}
