package dev.registrar.flow;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Polls until a condition holds; a failure reports what was seen last. Limits are for a machine with cores to spare: on one with
 * more than {@value #CALM} runnable processes a core they stretch with its load.
 */
public final class Poll {

    private static final Duration PAUSE = Duration.ofMillis(25);

    /** What a suite of this project itself puts on two cores. */
    private static final int CALM = 3;

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
        long start = System.nanoTime();
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
            if (System.nanoTime() - start > limit.toNanos() * stretch()) {
                throw new AssertionError(
                        "not so within %d s, stretched %.1f times: %s %s"
                                .formatted(limit.toSeconds(), stretch(), what, seen.get()),
                        last);
            }
            pause(pause);
        }
    }

    /** By how much limits stretch now: at least 1, at load 20 on two cores 3.3. */
    public static double stretch() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return Math.max(1, system.getSystemLoadAverage() / (CALM * system.getAvailableProcessors()));
    }

    /** Lets time pass without waiting for a condition, as under load or during an outage. */
    public static void pass(Duration time) {
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
