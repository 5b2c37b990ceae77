package dev.registrar.outbound;

import dev.registrar.model.CallLimit;
import java.time.Duration;

/** The moment by which a call, or a small sequence of calls that counts as one, has ended. Immutable. */
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
        return remainingNanos() <= 0;
    }

    long remainingNanos() {
        return endNanos - System.nanoTime();
    }
}
