package dev.registrar.model;

/**
 * Which run of a workflow makes a call, so that an activity can distinguish an ordinary first run from one that may
 * repeat what was already undone.
 *
 * @param originalRunId the run id of the execution before any reset
 * @param run the calling run of the registration; 1 is the one started by its request
 */
public record Origin(String originalRunId, int run) {

    /** Whether even a local forward step of the run with this id has to consult the {@link ForwardGuard} first. */
    public boolean mustAsk(String runId) {
        return run > 1 || !originalRunId.equals(runId);
    }
}
