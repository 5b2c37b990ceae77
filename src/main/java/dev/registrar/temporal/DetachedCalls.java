package dev.registrar.temporal;

import dev.registrar.temporal.TemporalConnection.TemporalUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Calls that continue after their caller stops waiting. A start abandoned while the server works on it still happens,
 * but its first task, which comes with the answer, is lost and handed out again only after the workflow task's time-out
 * of ten seconds: so a busy server is given time. Thread-safe.
 */
final class DetachedCalls {

    /** Less than the ten seconds after which the dispatcher may check a registration's workflow. */
    private static final Duration LIMIT = Duration.ofSeconds(8);

    /** In an outage each start holds a thread for some seconds; beyond this number callers run their own calls. */
    static final int THREADS = 128;

    private final CallDeadline deadline;
    private final ThreadPoolExecutor pool;

    DetachedCalls(CallDeadline deadline) {
        this.deadline = deadline;
        AtomicInteger number = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(0, THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "temporal-call-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Returns or throws what the call does, if it ends within the limit.
     *
     * @throws TemporalUnavailableException if there is no answer yet; the call may still have its effect
     */
    <T> T within(Duration limit, Supplier<T> call) {
        CompletableFuture<T> answer;
        try {
            answer = CompletableFuture.supplyAsync(() -> deadline.within(LIMIT, call), pool);
        } catch (RejectedExecutionException e) {
            return deadline.within(limit, call);
        }
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new TemporalUnavailableException("no answer within " + limit.toMillis() + " ms, the call runs on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TemporalUnavailableException("interrupted while the call continues", e);
        }
    }

    void stop() {
        pool.shutdownNow();
    }
}
