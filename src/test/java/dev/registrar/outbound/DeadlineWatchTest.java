package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.Poll;
import dev.registrar.model.CallLimit;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineWatchTest {

    private static Deadline in(int millis) {
        return new Deadline(CallLimit.FULL, Duration.ofMillis(millis));
    }

    /** Whether the watch thread waits for a call without polling. */
    private static boolean isAsleep() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("outbound-deadlines"))
                .anyMatch(thread -> thread.getState() == Thread.State.WAITING);
    }

    @Test
    void watchEndsACallThatFindsItAsleepAndOneAfterAFailedEnding() throws InterruptedException {
        try (DeadlineWatch watch = DeadlineWatch.start()) {
            Poll.until("the watch is asleep", Duration.ofSeconds(10), DeadlineWatchTest::isAsleep);
            CountDownLatch ended = new CountDownLatch(2);

            DeadlineWatch.Entry failing = watch.at(in(10), () -> {
                ended.countDown();
                throw new IllegalStateException("planted");
            });
            DeadlineWatch.Entry second = watch.at(in(20), ended::countDown);

            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
            failing.close();
            second.close();
        }
    }

    @Test
    void watchLeavesACallThatEndedInTime() throws InterruptedException {
        try (DeadlineWatch watch = DeadlineWatch.start()) {
            AtomicInteger ended = new AtomicInteger();
            CountDownLatch later = new CountDownLatch(1);

            watch.at(in(20), ended::incrementAndGet).close();
            try (DeadlineWatch.Entry open = watch.at(in(60), later::countDown)) {
                assertThat(later.await(5, TimeUnit.SECONDS)).isTrue();
                assertThat(open).isNotNull();
            }

            assertThat(ended).hasValue(0);
        }
    }
}
