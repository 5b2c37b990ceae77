package dev.registrar.model;

/** A registration may not go forward any more. */
public final class ForwardRefusedException extends RuntimeException {

    private final boolean cancelRequested;

    /** The undo of this registration has begun: it never goes forward again. */
    public ForwardRefusedException(RegistrationId id) {
        this("undo of registration " + id + " has begun", false);
    }

    private ForwardRefusedException(String message, boolean cancelRequested) {
        super(message);
        this.cancelRequested = cancelRequested;
    }

    /** A cancel was requested that the workflow may not know of yet; the undo has not begun. */
    public static ForwardRefusedException cancelRequested(RegistrationId id) {
        return new ForwardRefusedException("a cancel of registration " + id + " was requested", true);
    }

    public boolean cancelRequested() {
        return cancelRequested;
    }
}
