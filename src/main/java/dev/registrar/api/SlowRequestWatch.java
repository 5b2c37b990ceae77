package dev.registrar.api;

import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections of one connector whose request does not arrive in full in time. Jetty's idle timeout restarts with
 * each byte, so a request of one byte a second would hold a connection, and with a body a thread, for hours.
 *
 * <p>{@code MinimumDataRateHandler} of Jetty 12.1.14 cannot replace it. It runs once the head has arrived, checks only when
 * more of a body is demanded, and divides the bytes of all requests that the server has read so far by the time of this
 * one. With it in place of this class, at 100 bytes a second, {@code HostileHttpTest} fails: a head that drips is never closed,
 * a body that never comes is not answered within 10 s, and connections with half a body shut out all others (503).
 */
final class SlowRequestWatch extends AbstractLifeCycle {

    private static final Logger LOG = LoggerFactory.getLogger(SlowRequestWatch.class);

    private static final Duration EVERY = Duration.ofMillis(500);

    /**
     * Time for the handler of an abandoned request to send its response. Closing a connection while a thread writes to
     * it can leave Jetty's graceful shutdown with a request that never ends, so that the stop waits for its whole grace
     * period: hence not at once.
     */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /** Divides the time allowed per request when connections run short. */
    private static final int HURRY = 10;

    private final ServerConnector connector;
    private final Duration within;
    private final int connections;
    private final IdentityHashMap<EndPoint, Arrival> arriving = new IdentityHashMap<>();
    private @Nullable ScheduledExecutorService timer;

    /** @param connections the most there can be at a time */
    SlowRequestWatch(ServerConnector connector, Duration within, int connections) {
        this.connector = connector;
        this.within = within;
        this.connections = connections;
    }

    /** A request that is arriving. */
    private static final class Arrival {

        private final long number;
        private final long since;
        private @Nullable CompletableFuture<Void> lastRead;
        private @Nullable Long givenUp;

        /**
         * @param number its ordinal on the connection
         * @param since when it was first seen
         */
        private Arrival(long number, long since) {
            this.number = number;
            this.since = since;
        }
    }

    @Override
    protected void doStart() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "slow-requests-" + connector.getName());
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> unused = started.scheduleWithFixedDelay(
                this::lookSafely, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
        timer = started;
    }

    @Override
    protected void doStop() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }

    /** Catches everything, because the timer drops a task that throws. */
    private void lookSafely() {
        try {
            look(System.nanoTime());
        } catch (RuntimeException e) {
            LOG.warn("connections could not be checked", e);
        }
    }

    private void look(long now) {
        Collection<EndPoint> connected = connector.getConnectedEndPoints();
        long limit = connected.size() * 4L > connections * 3L ? within.toNanos() / HURRY : within.toNanos();
        arriving.keySet().retainAll(connected);
        for (EndPoint endPoint : connected) {
            long number = arrivingAt(endPoint);
            Arrival seen = arriving.get(endPoint);
            if (number < 0) {
                arriving.remove(endPoint);
            } else if (seen == null || seen.number != number) {
                arriving.put(endPoint, new Arrival(number, now));
            } else if (now - seen.since > limit) {
                late((AbstractEndPoint) endPoint, seen, now, now - seen.since - limit);
            }
        }
    }

    /**
     * The client is late only if the service waits for it: on a busy machine a request that was sent in time can wait for the
     * service. So the connection is read once more, as if the selector had reported it, and is given up only if that brings
     * nothing.
     */
    private void late(AbstractEndPoint endPoint, Arrival request, long now, long by) {
        if (request.givenUp != null) {
            if (now - request.givenUp > FAREWELL.toNanos()) {
                endPoint.close();
            } else {
                giveUp(endPoint);
            }
        } else if (endPoint.isFillInterested()) {
            if (request.lastRead == null) {
                request.lastRead = CompletableFuture.runAsync(
                        () -> endPoint.getFillInterest().fillable(), connector.getExecutor());
            } else if (request.lastRead.isDone() || by > patience(endPoint)) {
                request.givenUp = now;
                giveUp(endPoint);
            }
        }
    }

    /**
     * How long the last read may wait for a thread, in nanoseconds. If late requests hold all threads, these are given up first,
     * which frees threads for the others.
     */
    private static long patience(EndPoint endPoint) {
        return isReadingBody(httpOf(endPoint)) ? FAREWELL.toNanos() : 2 * FAREWELL.toNanos();
    }

    private static boolean isReadingBody(@Nullable HttpConnection http) {
        return http != null && http.getParser().inContentState();
    }

    /**
     * Fails the reader of the body, which answers 408; if none reads or can write, a later check closes the connection.
     */
    private static void giveUp(EndPoint endPoint) {
        HttpConnection http = httpOf(endPoint);
        if (http != null && isReadingBody(http)) {
            http.onIdleExpired(new TimeoutException("the request did not arrive in time"));
        } else {
            endPoint.close();
        }
    }

    private static @Nullable HttpConnection httpOf(EndPoint endPoint) {
        Connection connection = endPoint.getConnection();
        if (connection instanceof SslConnection ssl) {
            connection = ssl.getSslEndPoint().getConnection();
        }
        return connection instanceof HttpConnection http ? http : null;
    }

    /** The ordinal of the request that is arriving; negative if none is. */
    private static long arrivingAt(EndPoint endPoint) {
        HttpConnection http = httpOf(endPoint);
        if (http == null) {
            // No HTTP connection yet.
            return 0;
        }
        HttpParser parser = http.getParser();
        if (parser.isState(HttpParser.State.START)) {
            // Only the first request is awaited; between requests the connector's idle timeout applies.
            return http.getMessagesIn() == 0 ? 0 : -1;
        }
        if (parser.isComplete() || parser.isTerminated()) {
            return -1;
        }
        // The count rises once the headers are complete: before and after that it is the same request.
        return parser.inHeaderState() ? http.getMessagesIn() : http.getMessagesIn() - 1;
    }
}
