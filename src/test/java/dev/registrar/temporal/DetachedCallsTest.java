package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DetachedCallsTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final DetachedCalls calls = new DetachedCalls(new CallDeadline(scheduler));

    @AfterEach
    void stop() {
        calls.stop();
        scheduler.shutdownNow();
    }

    @Test
    void answerAndFailureAreTheCallsOwn() {
        IllegalArgumentException failure = new IllegalArgumentException("no");

        assertThat(calls.begin(() -> "started")).succeedsWithin(LONG).isEqualTo("started");
        assertThat(calls.begin(() -> {
                    throw failure;
                }))
                .failsWithin(LONG)
                .withThrowableOfType(ExecutionException.class)
                .withCause(failure);
    }

    @Test
    void callerDoesNotWait() {
        CountDownLatch busy = new CountDownLatch(1);

        CompletableFuture<Boolean> call = calls.begin(() -> await(busy));

        assertThat(call).isNotDone();
        busy.countDown();
        assertThat(call).succeedsWithin(LONG).isEqualTo(true);
    }

    @Test
    void callerMakesItsCallWhereTooManyAreUnderWay() {
        CountDownLatch busy = new CountDownLatch(1);
        List<CompletableFuture<Boolean>> underWay = IntStream.range(0, DetachedCalls.THREADS)
                .mapToObj(number -> calls.begin(() -> await(busy)))
                .toList();

        CompletableFuture<Thread> executing = calls.begin(Thread::currentThread);

        assertThat(executing).isCompletedWithValue(Thread.currentThread());
        assertThat(underWay).noneMatch(CompletableFuture::isDone);
        busy.countDown();
    }

    @Test
    void callsUnderWayAreAwaitedForALimitedTime() {
        CountDownLatch busy = new CountDownLatch(1);
        CompletableFuture<Boolean> call = calls.begin(() -> await(busy));

        calls.await(Duration.ofMillis(20));
        assertThat(call).isNotDone();
        busy.countDown();
        calls.await(LONG);

        assertThat(call).isCompletedWithValue(true);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
