package dev.registrar.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Load from a fixed number of callers; each starts its next request when the last one was answered. */
final class ClosedLoop {

    private ClosedLoop() {}

    /** One request, from the call to its response; throws if it did not succeed. */
    interface Request {
        /** @param number from 0 on, unique */
        void run(int number) throws Exception;
    }

    /** Makes {@code count} requests; stops at the first failure. */
    static Latencies run(int count, int concurrency, Request request) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long[] nanos = new long[count];
        Runnable caller = () -> {
            for (int i = next.getAndIncrement(); i < count && failure.get() == null; i = next.getAndIncrement()) {
                long begun = System.nanoTime();
                try {
                    request.run(i);
                } catch (Exception e) {
                    failure.compareAndSet(null, e);
                }
                nanos[i] = System.nanoTime() - begun;
            }
        };
        long begun = System.nanoTime();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < Math.min(concurrency, count); i++) {
            Thread thread = new Thread(caller, "load-" + i);
            thread.setDaemon(true);
            thread.start();
            callers.add(thread);
        }
        callers.forEach(ClosedLoop::join);
        long wall = System.nanoTime() - begun;
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a request failed: " + failed.getMessage(), failed);
        }
        return new Latencies(nanos, wall);
    }

    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
