package dev.registrar.bench;

import java.util.concurrent.locks.LockSupport;

/**
 * Load at a fixed rate, independent of the responses: requests are due at even intervals, and each is timed from when
 * it was due, so that a stall counts for every request it delayed.
 */
final class OpenLoop {

    /** More than the requests ever in progress, of which there are only a handful far below saturation. */
    private static final int CALLERS = 64;

    private OpenLoop() {}

    /** Makes {@code count} requests at {@code perSecond}; stops at the first failure. */
    static Latencies run(int count, double perSecond, ClosedLoop.Request request) {
        double interval = 1e9 / perSecond;
        long[] nanos = new long[count];
        long begun = System.nanoTime();
        // Callers take the numbers in order, so the caller that sleeps has the next request due.
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
