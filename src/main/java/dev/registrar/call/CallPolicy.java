package dev.registrar.call;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;

/**
 * How one service is called: snapshotted into a workflow's input when it starts, so that a change of the configuration
 * never changes a running workflow.
 *
 * @param mode where the first attempt runs
 * @param startToClose how long one durable attempt may last
 * @param firstInterval wait before the second attempt
 * @param maxInterval longest wait between two attempts
 * @param factor growth of the wait from one attempt to the next
 * @param attempts calls in all, the local one included
 * @param patience how long to wait in all for an open breaker, {@code Retry-After} and a provider that refuses us;
 *     calls and back-off do not count
 */
public record CallPolicy(
        Mode mode,
        Duration startToClose,
        Duration firstInterval,
        Duration maxInterval,
        double factor,
        int attempts,
        Duration patience) {

    /** Where the first attempt of a step runs. */
    public enum Mode {
        /** As a local activity of at most {@link LocalAttempts#CALL_LIMIT}; later attempts are durable. */
        @JsonProperty("local-first")
        LOCAL_FIRST,
        /** As a regular activity. */
        @JsonProperty("durable")
        DURABLE
    }

    /** The same with every attempt durable: for lookups, undo and records. */
    public CallPolicy durable() {
        return withMode(Mode.DURABLE);
    }

    public CallPolicy withMode(Mode other) {
        return new CallPolicy(other, startToClose, firstInterval, maxInterval, factor, attempts, patience);
    }

    /** The same without waiting for a breaker or {@code Retry-After}. */
    public CallPolicy withoutPatience() {
        return new CallPolicy(mode, startToClose, firstInterval, maxInterval, factor, attempts, Duration.ZERO);
    }

    public CallPolicy withAttempts(int most) {
        return new CallPolicy(
                mode, startToClose, firstInterval, maxInterval, factor, Math.min(attempts, most), patience);
    }

    /** The wait after this many attempts: {@code firstInterval × factor^(spent - 1)}, at most {@code maxInterval}. */
    public Duration intervalAfter(int spent) {
        double millis = firstInterval.toMillis() * Math.pow(factor, Math.max(0, spent - 1));
        return millis >= maxInterval.toMillis() ? maxInterval : Duration.ofMillis(Math.round(millis));
    }
}
