package dev.registrar.call;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.Step;
import java.time.Duration;

/** Is told how a call goes on; lives in workflow code and must be deterministic. */
public interface CallMonitor {

    /** For calls that nobody follows. */
    static CallMonitor silent(Step service) {
        return new CallMonitor() {

            @Override
            public Step service() {
                return service;
            }

            @Override
            public void attempts(int count) {}

            @Override
            public void waits(WaitReason reason, Duration duration) {}

            @Override
            public void goesOn() {}
        };
    }

    /** Why nothing is being called at the moment. */
    enum WaitReason {
        @JsonProperty("breaker_open")
        BREAKER_OPEN,
        @JsonProperty("retry_after")
        RETRY_AFTER,
        @JsonProperty("settling")
        SETTLING,
        @JsonProperty("retry")
        RETRY
    }

    /** Whose calls these are. */
    Step service();

    /** So many calls have been made so far, the one under way included. */
    void attempts(int count);

    /** From now on nothing is called for this long. */
    void waits(WaitReason reason, Duration duration);

    /** The wait is over. */
    void goesOn();
}
