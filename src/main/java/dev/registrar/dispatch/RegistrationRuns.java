package dev.registrar.dispatch;

import dev.registrar.model.RegistrationId;

/** The runs of registrations, as a dispatcher needs them. Implementations are thread-safe. */
public interface RegistrationRuns {

    /** The state of a registration's last run at Temporal. */
    enum State {
        RUNNING,
        /** There is no run: it was never started, or was lost with its server. */
        NONE,
        /** It ended by itself. */
        ENDED,
        TERMINATED,
        TIMED_OUT
    }

    /** @throws UnavailableException if Temporal does not answer: the run's state is unknown */
    State stateOf(RegistrationId id);

    /** Wakes a run that is under way, so that it reads its inbox. Nothing happens if there is none. */
    void ring(RegistrationId id);

    /**
     * Starts a run.
     *
     * @param before the state of the previous run
     * @throws UnavailableException if Temporal does not answer
     * @throws RuntimeException if this registration in particular cannot be started
     */
    void start(RegistrationId id, int run, State before);

    /** Temporal does not answer: a reason to pause, never one to start anything. */
    final class UnavailableException extends RuntimeException {

        public UnavailableException(RuntimeException cause) {
            super(cause);
        }
    }
}
