package dev.registrar.temporal;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptor;
import io.temporal.common.interceptors.ActivityInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends heartbeats for every activity that has a heartbeat time-out, for as long as it executes: every third of the
 * time-out, at least every five seconds. The server thus notices within the time-out that a worker died in mid-call,
 * although the call itself may last much longer. A cancellation received by a heartbeat is ignored: a call in flight is
 * awaited and its result counts.
 *
 * <p>Heartbeat details are kept: each heartbeat carries those of the one before, also of an earlier attempt.
 */
final class HeartbeatInterceptor extends WorkerInterceptorBase {

    private static final Logger LOGGER = LoggerFactory.getLogger(HeartbeatInterceptor.class);

    /** No longer than this between two heartbeats. */
    static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

    /** One heartbeat holds the shared thread no longer than this. */
    private static final Duration SEND_LIMIT = Duration.ofSeconds(2);

    private final ScheduledExecutorService scheduler;
    private final CallDeadline deadline;

    /** @param scheduler the thread that sends the heartbeats of all activities */
    HeartbeatInterceptor(ScheduledExecutorService scheduler, CallDeadline deadline) {
        this.scheduler = scheduler;
        this.deadline = deadline;
    }

    @Override
    public ActivityInboundCallsInterceptor interceptActivity(ActivityInboundCallsInterceptor next) {
        return new Beating(next);
    }

    static Duration interval(Duration heartbeatTimeout) {
        Duration third = heartbeatTimeout.dividedBy(3);
        return third.compareTo(LONGEST_INTERVAL) < 0 ? third : LONGEST_INTERVAL;
    }

    private void beat(ActivityExecutionContext context) {
        try {
            deadline.within(SEND_LIMIT, () -> {
                context.heartbeat(context.getHeartbeatDetails(Object.class).orElse(null));
                return true;
            });
        } catch (ActivityCompletionException e) {
            LOGGER.debug("Heartbeat answered by {}; the activity continues", e.toString());
        } catch (RuntimeException e) {
            // If thrown, it would end the heartbeats of this activity.
            LOGGER.debug("Heartbeat not sent", e);
        }
    }

    private final class Beating extends ActivityInboundCallsInterceptorBase {

        private @Nullable ActivityExecutionContext context;

        private Beating(ActivityInboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public void init(ActivityExecutionContext context) {
            this.context = context;
            super.init(context);
        }

        @Override
        public ActivityOutput execute(ActivityInput input) {
            ActivityExecutionContext running = context;
            if (running == null || !wantsHeartbeats(running.getInfo())) {
                return super.execute(input);
            }
            long millis = interval(running.getInfo().getHeartbeatTimeout()).toMillis();
            ScheduledFuture<?> beats =
                    scheduler.scheduleWithFixedDelay(() -> beat(running), millis, millis, TimeUnit.MILLISECONDS);
            try {
                return super.execute(input);
            } finally {
                beats.cancel(false);
            }
        }

        private static boolean wantsHeartbeats(ActivityInfo info) {
            return !info.isLocal() && info.getHeartbeatTimeout().toMillis() >= 3;
        }
    }
}
