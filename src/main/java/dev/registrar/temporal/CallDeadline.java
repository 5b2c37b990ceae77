package dev.registrar.temporal;

import dev.registrar.temporal.TemporalConnection.TemporalUnavailableException;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Limits how long a thread waits for calls of the Temporal client, including retries. The client has one retry policy,
 * meant for workers that must get a result through an outage; callers with their own deadline need a shorter one. A
 * deadline on the gRPC context ends a call in flight and later retries; the pause between two retries ignores it, so it
 * is ended by an interrupt. Thread-safe.
 */
final class CallDeadline {

    /** How long before the limit a call in flight is ended, so that it ends before the interrupt. */
    private static final Duration MARGIN = Duration.ofMillis(100);

    private final ScheduledExecutorService scheduler;

    /** @param scheduler never busy for long; not the calling thread */
    CallDeadline(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Returns or throws what the call does. Throws a {@link TemporalUnavailableException}, at the latest at the limit,
     * if the server did not answer in time or could not be reached.
     */
    <T> T within(Duration limit, Supplier<T> call) {
        Duration inFlight = limit.compareTo(MARGIN.multipliedBy(2)) > 0 ? limit.minus(MARGIN) : limit.dividedBy(2);
        Interruption interruption = new Interruption(Thread.currentThread());
        ScheduledFuture<?> backstop = scheduler.schedule(interruption::send, limit.toNanos(), TimeUnit.NANOSECONDS);
        Context.CancellableContext context =
                Context.current().withDeadline(Deadline.after(inFlight.toNanos(), TimeUnit.NANOSECONDS), scheduler);
        Context before = context.attach();
        try {
            return call.get();
        } catch (RuntimeException e) {
            if (isUnavailable(e)) {
                throw new TemporalUnavailableException("no answer within " + limit.toMillis() + " ms", e);
            }
            throw e;
        } finally {
            context.detach(before);
            context.close();
            backstop.cancel(false);
            interruption.end();
        }
    }

    private static boolean isUnavailable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CancellationException) {
                return true;
            }
            if (cause instanceof StatusRuntimeException status) {
                return isUnavailable(status.getStatus().getCode());
            }
        }
        return false;
    }

    static boolean isUnavailable(Status.Code code) {
        return switch (code) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNKNOWN -> true;
            default -> false;
        };
    }

    /** Interrupts the caller while it is inside the call, and never afterwards. */
    private static final class Interruption {

        private final Thread caller;
        private boolean ended;
        private boolean sent;

        private Interruption(Thread caller) {
            this.caller = caller;
        }

        private synchronized void send() {
            if (!ended) {
                sent = true;
                caller.interrupt();
            }
        }

        private synchronized void end() {
            ended = true;
            if (sent) {
                // Clears our own interrupt, because the caller's thread returns to a pool.
                Thread.interrupted();
            }
        }
    }
}
