package dev.registrar.compensation;

/** Where a batch of replays stands. */
public enum ReplayState {
    RUNNING,
    PAUSED,
    /** Stopped by itself: the probe, or more than half of the last ten, still failed. Can be resumed. */
    STOPPED,
    CANCELLED,
    DONE;

    /** Whether its workflow has nothing more to do until somebody resumes it. */
    public boolean over() {
        return this == CANCELLED || this == DONE;
    }
}
