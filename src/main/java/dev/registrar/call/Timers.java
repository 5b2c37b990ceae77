package dev.registrar.call;

import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Waits whose timers nobody cancels: they fire into the void instead. A cancel of a timer that fires in the same workflow
 * task is refused by the in-process server, over and over, and the registration stands still. Workflow code.
 */
public final class Timers {

    private Timers() {}

    /** Waits; a cancel of the scope ends it with a {@link io.temporal.failure.CanceledFailure}, as it ends a sleep. */
    public static void sleep(Duration duration) {
        Promise<Void> timer = timer(duration);
        Workflow.await(timer::isCompleted);
    }

    /** Waits as {@link #sleep(Duration)} does; the monitor is told, and the wait counted, unless it is none. */
    public static void sleep(CallMonitor monitor, CallMonitor.WaitReason reason, Duration duration) {
        if (duration.isZero()) {
            return;
        }
        new CallCounts(monitor.service()).waits(reason, duration);
        monitor.waits(reason, duration);
        try {
            sleep(duration);
        } finally {
            monitor.goesOn();
        }
    }

    /** Waits until it is so, but no longer than this; whether it is so. */
    public static boolean await(Duration limit, Supplier<Boolean> condition) {
        Promise<Void> timer = timer(limit);
        Workflow.await(() -> condition.get() || timer.isCompleted());
        return condition.get();
    }

    private static Promise<Void> timer(Duration duration) {
        return DetachedScope.run(() -> Workflow.newTimer(duration));
    }
}
