package dev.registrar.bench;

import java.util.concurrent.locks.LockSupport;

/**
 * Load that comes at its own pace, whatever the answers do: requests are due at even intervals, and each is timed from when
 * it was due, so that a stall counts for every request that it held up.
 */
final class OpenLoop {

    /** More than the requests that are ever out at a time: far below saturation a handful. */
    private static final int CALLERS = 64;

    private OpenLoop() {}

    /** Makes {@code count} requests at {@code perSecond}; ends at the first that fails. */
    static Latencies run(int count, double perSecond, ClosedLoop.Request request) {
        double interval = 1e9 / perSecond;
        long[] nanos = new long[count];
        long begun = System.nanoTime();
        // The callers take the numbers in their order, so the one that sleeps has the next that is due.
        ClosedLoop.run(count, CALLERS, i -> {
            long due = begun + Math.round(i * interval);
            for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
                LockSupport.parkNanos(rest);
            }
            request.run(i);
            nanos[i] = System.nanoTime() - due;
        });
        return new Latencies(nanos, System.nanoTime() - begun);
    }
}
