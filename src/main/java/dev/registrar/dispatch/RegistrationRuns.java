package dev.registrar.dispatch;

import dev.registrar.model.RegistrationId;

/** The runs of registrations, as a dispatcher needs them. Implementations are thread-safe. */
public interface RegistrationRuns {

    /** How the last run of a registration stands at Temporal. */
    enum State {
        RUNNING,
        /** There is none: it was never started, or is lost with its server. */
        NONE,
        /** It ended by itself. */
        ENDED,
        TERMINATED,
        TIMED_OUT
    }

    /** @throws UnavailableException if Temporal does not answer: nothing is known of the run */
    State stateOf(RegistrationId id);

    /** Wakes a run that is under way, so that it reads its inbox. Nothing happens if there is none. */
    void ring(RegistrationId id);

    /**
     * Starts a run.
     *
     * @param before how the run before it stands
     * @throws UnavailableException if Temporal does not answer
     * @throws RuntimeException if this registration cannot be started, for a reason of its own
     */
    void start(RegistrationId id, int run, State before);

    /** Temporal does not answer: a reason to pause, never one to start anything. */
    final class UnavailableException extends RuntimeException {

        public UnavailableException(RuntimeException cause) {
            super(cause);
        }
    }
}
