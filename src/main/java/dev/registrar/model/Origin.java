package dev.registrar.model;

/**
 * Which run of a workflow makes a call, so that an activity can tell an ordinary first run from one that may repeat what was
 * already undone.
 *
 * @param originalRunId the run id of the execution before any reset
 * @param sweep how often the sweeper has started this registration again; 0 is the start by its own request
 */
public record Origin(String originalRunId, int sweep) {

    /** Whether a forward step of the run with this id has to ask the {@link ForwardGuard} first. */
    public boolean mustAsk(String runId) {
        return sweep > 0 || !originalRunId.equals(runId);
    }
}
