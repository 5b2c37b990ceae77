package dev.registrar.temporal;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Counts the activities that execute, local ones included, and prevents calls while the worker is paused: a workflow
 * task in progress, or one delivered by a pending poll, would otherwise keep calling providers. Other activities
 * continue: they record what has happened. Thread-safe.
 */
final class PauseInterceptor extends WorkerInterceptorBase {

    private final Set<String> calls;
    private final IntFunction<? extends RuntimeException> refusal;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean paused;

    /**
     * @param calls activity types that do not begin while the worker is paused
     * @param refusal their failure, by attempt
     */
    PauseInterceptor(Set<String> calls, IntFunction<? extends RuntimeException> refusal) {
        this.calls = Set.copyOf(calls);
        this.refusal = refusal;
    }

    void paused(boolean now) {
        paused = now;
    }

    /** Whether no activity executes. Once true for a paused worker, no call begins until it is resumed. */
    boolean isIdle() {
        return underWay.get() == 0;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Counted(next);
    }

    private final class Counted extends ActivityInboundCallsInterceptorBase {

        private ActivityInfo info;

        @SuppressWarnings("NullAway.Init")
        Counted(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            info = context.getInfo();
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            // Counted before the check: if nothing is under way after the pause, no further call begins.
            underWay.incrementAndGet();
            try {
                if (paused && calls.contains(info.getActivityType())) {
                    throw refusal.apply(info.getAttempt());
                }
                return super.execute(input);
            } finally {
                underWay.decrementAndGet();
            }
        }
    }
}
