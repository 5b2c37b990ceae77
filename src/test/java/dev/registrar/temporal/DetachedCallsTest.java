package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.temporal.TemporalConnection.TemporalUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DetachedCallsTest {

    private static final Duration LONG = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final DetachedCalls calls = new DetachedCalls(new CallDeadline(scheduler));

    @AfterEach
    void stop() {
        calls.stop();
        scheduler.shutdownNow();
    }

    @Test
    void answerInTimeIsGivenToTheCaller() {
        assertThat(calls.within(LONG, () -> "started")).isEqualTo("started");
    }

    @Test
    void failureIsTheCallsOwn() {
        IllegalArgumentException failure = new IllegalArgumentException("no");

        assertThatThrownBy(() -> calls.within(LONG, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void callGoesOnWhenItsCallerNoLongerWaits() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Boolean> interrupted = new AtomicReference<>();

        assertThatThrownBy(() -> calls.within(SHORT, () -> {
                    await(answered);
                    interrupted.set(Thread.currentThread().isInterrupted());
                    ended.countDown();
                    return "late";
                }))
                .isInstanceOf(TemporalUnavailableException.class)
                .hasMessageContaining("the call runs on");
        answered.countDown();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted.get()).isFalse();
    }

    @Test
    void callerKeepsItsCallWhereTooManyGoOn() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        for (int i = 0; i < DetachedCalls.THREADS; i++) {
            assertThatThrownBy(() -> calls.within(Duration.ofNanos(1), () -> await(busy)))
                    .isInstanceOf(TemporalUnavailableException.class);
        }

        Thread executing = calls.within(LONG, Thread::currentThread);

        assertThat(executing).isSameAs(Thread.currentThread());
        busy.countDown();
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
