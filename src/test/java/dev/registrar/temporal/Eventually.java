package dev.registrar.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition that another thread fulfils. */
final class Eventually {

    private Eventually() {}

    static void within(Duration limit, String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime())
                    .as("still not, after %s: %s", limit, what)
                    .isLessThan(end);
            Thread.sleep(20);
        }
    }
}
