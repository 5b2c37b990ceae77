package dev.registrar.api;

import java.time.Duration;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpParser;
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
 * Closes connections of one connector whose request does not arrive as a whole in time. Jetty's own idle time begins anew
 * with each byte, so that a request of one byte a second would hold a connection, and with a body a thread, for hours.
 *
 * <p>{@code MinimumDataRateHandler} of Jetty 12.1.14 cannot take its place. It runs once the head is there, checks only when
 * somebody demands more of a body, and divides the bytes of all requests that the server has read so far by the time of this
 * one. With it in place of this class, at 100 bytes a second, {@code HostileHttpTest} fails: a head that drips is never closed,
 * a body that never comes is not answered within 10 s, and connections with half a body shut out all others (503).
 */
final class SlowRequestWatch extends AbstractLifeCycle {

    private static final Logger LOG = LoggerFactory.getLogger(SlowRequestWatch.class);

    private static final Duration EVERY = Duration.ofMillis(500);

    /**
     * For whoever handles a request that was given up to say so. A connection that is closed under a thread that writes an
     * answer at this moment can leave Jetty's handler of graceful stops with a request that never ends, and the stop with
     * its whole grace period to wait: hence not at once.
     */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /** The part of the time that is left to each where connections run short. */
    private static final int HURRY = 10;

    private final ServerConnector connector;
    private final Duration within;
    private final int connections;
    private final IdentityHashMap<EndPoint, Arrival> arriving = new IdentityHashMap<>();
    private @Nullable ScheduledExecutorService timer;

    /** @param connections as many as there can be at one time */
    SlowRequestWatch(ServerConnector connector, Duration within, int connections) {
        this.connector = connector;
        this.within = within;
        this.connections = connections;
    }

    /** A request that is arriving: its ordinal on the connection, and when it was first seen. */
    private record Arrival(long number, long since) {}

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

    /** The timer drops a task that throws. */
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
            if (number < 0) {
                arriving.remove(endPoint);
                continue;
            }
            Arrival seen = arriving.get(endPoint);
            if (seen == null || seen.number() != number) {
                arriving.put(endPoint, new Arrival(number, now));
            } else if (now - seen.since() > limit + FAREWELL.toNanos()) {
                endPoint.close();
            } else if (now - seen.since() > limit) {
                giveUp(endPoint);
            }
        }
    }

    /** Whoever reads the body hears of it and answers 408; where nobody does, or nobody can write, a later look closes. */
    private static void giveUp(EndPoint endPoint) {
        HttpConnection http = httpOf(endPoint);
        if (http != null && http.getParser().inContentState()) {
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

    /** The number of the request that is on its way in; negative where none is. */
    private static long arrivingAt(EndPoint endPoint) {
        HttpConnection http = httpOf(endPoint);
        if (http == null) {
            // Nothing that speaks HTTP yet.
            return 0;
        }
        HttpParser parser = http.getParser();
        if (parser.isState(HttpParser.State.START)) {
            // The first request is awaited; between two the connector's idle time counts.
            return http.getMessagesIn() == 0 ? 0 : -1;
        }
        if (parser.isComplete() || parser.isTerminated()) {
            return -1;
        }
        // The count goes up when the headers are there: before and after that it is the same request.
        return parser.inHeaderState() ? http.getMessagesIn() : http.getMessagesIn() - 1;
    }
}
