package dev.registrar.call;

import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Waits whose timers are never cancelled; an unneeded timer fires unobserved. If a timer is cancelled in the workflow
 * task in which it fires, the in-process server refuses the task over and over, and the registration is stuck. Workflow
 * code.
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

    /** Waits until the condition holds, but no longer than the limit; returns whether it holds. */
    public static boolean await(Duration limit, Supplier<Boolean> condition) {
        Promise<Void> timer = timer(limit);
        Workflow.await(() -> condition.get() || timer.isCompleted());
        return condition.get();
    }

    private static Promise<Void> timer(Duration duration) {
        return DetachedScope.run(() -> Workflow.newTimer(duration));
    }
}
