package dev.registrar.registration;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a call in progress until the test releases it. */
final class Gate {

    private static final long DEADLINE_SECONDS = 20;

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Returns once the call is in progress. */
    void awaitEntered() {
        await(entered);
    }

    void open() {
        opened.countDown();
    }

    /** Called by the held call. */
    void pass() {
        entered.countDown();
        await(opened);
    }

    /** Keeps a call busy in real time: the limit of a local attempt is real time too. */
    static void pauseFor(Duration duration) {
        try {
            TimeUnit.MILLISECONDS.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came to the gate");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
