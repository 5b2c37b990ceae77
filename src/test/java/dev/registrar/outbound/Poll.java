package dev.registrar.outbound;

import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
public final class Poll {

    private static final long DEADLINE_NANOS = 10_000_000_000L;

    private Poll() {}

    public static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the condition did not come true within 10 s");
            }
            Thread.sleep(5);
        }
    }
}
