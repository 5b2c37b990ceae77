package dev.registrar.call;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Step;
import java.time.Duration;

/** Follows the progress of a call; lives in workflow code and must be deterministic. */
public interface CallMonitor {

    /** A monitor for calls whose progress is not shown. */
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

    /** What a registration waits for. */
    enum WaitReason {
        @JsonProperty("breaker_open")
        BREAKER_OPEN,
        @JsonProperty("retry_after")
        RETRY_AFTER,
        @JsonProperty("settling")
        SETTLING,
        @JsonProperty("retry")
        RETRY,
        /** The answer of an active durable call. */
        @JsonProperty("call")
        CALL,
        /** The same, after a cancel was received. */
        @JsonProperty("cancel")
        CANCEL;

        /** Whether a call is under way; otherwise nothing is called at the moment. */
        public boolean underWay() {
            return this == CALL || this == CANCEL;
        }
    }

    /** The service that is called. */
    Step service();

    /** Reports the number of calls so far, including the one under way. */
    void attempts(int count);

    /** Reports how an attempt failed, with its ordinal among the attempts of this call. */
    default void failed(AttemptFailure failure) {}

    /** A wait begins that is expected to last this long: exactly for a timer, at most for a call. */
    void waits(WaitReason reason, Duration duration);

    /** A wait for a call under way has become one worth recording. */
    default void stillWaits() {}

    /** The wait is over. */
    void goesOn();

    /** The call was answered; its end follows. */
    default void answered() {}

    /** The call was answered or given up. */
    default void ended() {}
}
