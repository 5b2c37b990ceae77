package dev.registrar.call;

import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Waits whose timers are never cancelled; an unneeded timer fires unobserved. A cancel of a timer that fires in the same
 * workflow task is refused by the in-process server, over and over, and the registration stands still. Workflow code.
 */
public final class Timers {

    private Timers() {}

    /** Waits; a cancel of the scope ends it with a {@link io.temporal.failure.CanceledFailure}, as it ends a sleep. */
    public static void sleep(Duration duration) {
        Promise<Void> timer = timer(duration);
        Workflow.await(timer::isCompleted);
    }

    /** Waits as {@link #sleep(Duration)} does, reports it to the monitor and counts it, unless the duration is zero. */
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

    /** Waits until the condition holds, but no longer than the limit; whether it holds. */
    public static boolean await(Duration limit, Supplier<Boolean> condition) {
        Promise<Void> timer = timer(limit);
        Workflow.await(() -> condition.get() || timer.isCompleted());
        return condition.get();
    }

    private static Promise<Void> timer(Duration duration) {
        return DetachedScope.run(() -> Workflow.newTimer(duration));
    }
}
