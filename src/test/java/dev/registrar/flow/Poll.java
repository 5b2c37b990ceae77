package dev.registrar.flow;

import java.time.Duration;
import java.util.function.Supplier;

/** Polls until a condition holds; a failure reports what was seen last. */
public final class Poll {

    private static final Duration PAUSE = Duration.ofMillis(25);

    private Poll() {}

    /** A condition that may throw while the thing it checks does not exist yet. */
    public interface Look {
        boolean holds() throws Exception;
    }

    public static void until(String what, Duration limit, Look look) {
        until(what, limit, look, () -> "");
    }

    /** @param seen describes what was seen, for the failure message */
    public static void until(String what, Duration limit, Look look, Supplier<String> seen) {
        every(PAUSE, what, limit, look, seen);
    }

    /** The same with a longer pause between checks, for checks that slow down what they check. */
    static void every(Duration pause, String what, Duration limit, Look look, Supplier<String> seen) {
        long end = System.nanoTime() + limit.toNanos();
        Exception last = null;
        while (true) {
            try {
                if (look.holds()) {
                    return;
                }
                last = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } catch (Exception e) {
                last = e;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not so within " + limit.toSeconds() + " s: " + what + " " + seen.get(), last);
            }
            pause(pause);
        }
    }

    /** Lets time pass without waiting for a condition, as under load or during an outage. */
    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        until("time has passed", time.multipliedBy(2), () -> System.nanoTime() >= end);
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
