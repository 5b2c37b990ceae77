package dev.registrar.outbound;

import dev.registrar.model.CallLimit;
import java.time.Duration;

/** The time by which a call, or a short sequence of calls that counts as one, must end. Immutable. */
public final class Deadline {

    private final CallLimit limit;
    private final long endNanos;

    Deadline(CallLimit limit, Duration length) {
        this.limit = limit;
        this.endNanos = System.nanoTime() + length.toNanos();
    }

    /** Whether this is the short limit of a local attempt. */
    public boolean isLocal() {
        return limit == CallLimit.LOCAL;
    }

    public boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }

    /** The time left, never negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }
}
