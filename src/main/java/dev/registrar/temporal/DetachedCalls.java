package dev.registrar.temporal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Calls for which their caller does not wait. A start abandoned while the server works on it still happens, but its
 * first task, which comes with the answer, is lost and handed out again only after the workflow task's time-out of ten
 * seconds: so a busy server is given time. Thread-safe.
 */
final class DetachedCalls {

    /** Less than the ten seconds after which the dispatcher may check a registration's workflow. */
    private static final Duration LIMIT = Duration.ofSeconds(8);

    /** In an outage each start holds a thread for some seconds; beyond this number callers make their own calls. */
    static final int THREADS = 128;

    private final CallDeadline deadline;
    private final ThreadPoolExecutor pool;
    private final AtomicLong calls = new AtomicLong();
    private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();

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
     * Makes the call on a thread of its own; while too many are under way, on the caller's, which slows down whoever
     * starts more than the server can take. Never throws: the result is what the call returns or throws.
     */
    <T> CompletableFuture<T> begin(Supplier<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        long number = calls.incrementAndGet();
        underWay.put(number, answer);
        try {
            pool.execute(() -> complete(number, answer, LIMIT, call));
        } catch (RejectedExecutionException e) {
            complete(number, answer, TemporalConnection.START_LIMIT, call);
        }
        return answer;
    }

    private <T> void complete(long number, CompletableFuture<T> answer, Duration limit, Supplier<T> call) {
        try {
            answer.complete(deadline.within(limit, call));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        } finally {
            underWay.remove(number);
        }
    }

    /** Waits until those under way now have ended, or for this time. */
    void await(Duration limit) {
        CompletableFuture.allOf(underWay.values().toArray(new CompletableFuture<?>[0]))
                .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> null)
                .join();
    }

    void stop() {
        pool.shutdownNow();
    }
}
