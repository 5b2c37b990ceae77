package dev.registrar.model;

/**
 * Checks whether a registration may still go forward, before every durable attempt of a forward step, and before the
 * local ones of a run that may repeat what was already undone; and whether an effect may be taken back.
 */
public interface ForwardGuard {

    /**
     * Returns if the registration may go forward.
     *
     * @throws ForwardRefusedException if its undo has begun, it has ended, another run has taken over or a cancel was requested;
     *     nothing may be sent any more
     */
    void requireForward(RegistrationId id, Origin origin);

    /**
     * Returns unless the registration is complete. A workflow task whose result is lost is repeated, may then find the
     * gateway down, and must not void what the first one completed with.
     *
     * @throws ForwardRefusedException if it is {@code COMPLETED}
     */
    void requireRevocable(RegistrationId id);

    /** A registration may not go forward any more. */
    final class ForwardRefusedException extends RuntimeException {

        private final boolean cancelRequested;

        /** The undo of this registration has begun: it never goes forward again. */
        public ForwardRefusedException(RegistrationId id) {
            this("undo of registration " + id + " has begun", false);
        }

        private ForwardRefusedException(String message, boolean cancelRequested) {
            super(message);
            this.cancelRequested = cancelRequested;
        }

        /** A cancel was requested of which the workflow may not know yet; the undo has not begun. */
        public static ForwardRefusedException cancelRequested(RegistrationId id) {
            return new ForwardRefusedException("a cancel of registration " + id + " was requested", true);
        }

        /** Nothing of a completed registration is taken back except by undo work. */
        public static ForwardRefusedException completed(RegistrationId id) {
            return new ForwardRefusedException("registration " + id + " is complete", false);
        }

        public boolean cancelRequested() {
            return cancelRequested;
        }
    }
}
