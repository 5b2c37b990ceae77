package dev.registrar.outbound;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends calls at their deadline. One thread for all services: ending a call closes its socket, which blocks nobody. A call
 * that ends in time takes its entry out again, so that the queue is as long as there are calls in flight.
 */
final class DeadlineWatch implements AutoCloseable {

    private final ScheduledThreadPoolExecutor scheduler;

    DeadlineWatch() {
        scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "outbound-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRemoveOnCancelPolicy(true);
    }

    /** Runs the ending when the deadline is over, unless cancelled before. */
    Future<?> at(Deadline deadline, Runnable ending) {
        return scheduler.schedule(ending, deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
