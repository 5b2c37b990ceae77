package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.sandbox.Fault.FaultKind;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers, unaltered or altered by a fault. Blocks no thread. Thread-safe. */
final class ReplySender {

    private static final Logger LOG = LoggerFactory.getLogger(ReplySender.class);
    private static final long HANG_MILLIS = TimeUnit.MINUTES.toMillis(10);
    private static final long DRIP_MILLIS = 100;
    /** How often a hanging connection is checked for a client that has disconnected. */
    private static final long LOOK_MILLIS = 500;

    private static final int HUGE_BYTES = 2 << 20;

    private final ScheduledExecutorService scheduler;

    ReplySender(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    /** Answers under this fault, which is not one of {@link FaultKind#beforeEffect()}. */
    void send(Exchange exchange, Reply reply, @Nullable Fault fault) {
        if (fault == null) {
            send(exchange, reply);
            return;
        }
        Reply shown = reply.disguised(fault.disguised(reply.status()), reply.body());
        switch (fault.kind()) {
            case HANG_BEFORE, HANG_AFTER -> hang(exchange, fault.millisOr(HANG_MILLIS));
            case RESET_BEFORE, RESET_AFTER, LATE -> reset(exchange);
            case MALFORMED -> send(exchange, reply.successful() ? malformed(shown) : reply);
            case EMPTY -> send(exchange, reply.successful() ? shown.disguised(shown.status(), new byte[0]) : reply);
            case HUGE -> send(exchange, reply.successful() ? huge(shown) : reply);
            case WEAK_ETAG -> send(exchange, reply.etag() == null ? reply : reply.with("ETag", "W/" + reply.etag()));
            case DRIP -> drip(exchange, shown, fault.millisOr(DRIP_MILLIS));
            default -> send(exchange, reply);
        }
    }

    void send(Exchange exchange, Reply reply) {
        plain(exchange.response, reply, exchange.callback);
    }

    static void plain(Response response, Reply reply, Callback callback) {
        begin(response, reply);
        response.write(true, ByteBuffer.wrap(reply.body()), callback);
    }

    private static void begin(Response response, Reply reply) {
        response.setStatus(reply.status());
        reply.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        if (reply.status() != 204) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
        }
    }

    /** Keeps the connection open without an answer until the time is over or the client has disconnected. */
    void hang(Exchange exchange) {
        hang(exchange, HANG_MILLIS);
    }

    private void hang(Exchange exchange, long millis) {
        exchange.request.addIdleTimeoutListener(timeout -> false);
        look(exchange, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void look(Exchange exchange, long until) {
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (left <= 0 || exchange.clientGone()) {
            reset(exchange);
            return;
        }
        later(Math.min(left, LOOK_MILLIS), () -> look(exchange, until));
    }

    private static void reset(Exchange exchange) {
        EndPoint endPoint = exchange.endPoint();
        if (endPoint instanceof SocketChannelEndPoint socket) {
            try {
                // Closed with linger 0 the kernel sends RST, not FIN.
                socket.getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                LOG.debug("the client was faster", e);
            }
        }
        endPoint.close();
        exchange.callback.failed(new EofException("reset by a fault"));
    }

    private static Reply malformed(Reply reply) {
        byte[] body = reply.body();
        if (body.length < 2) {
            return reply.disguised(reply.status(), new byte[] {'{', '"'});
        }
        return reply.disguised(reply.status(), Arrays.copyOf(body, body.length / 2));
    }

    private static Reply huge(Reply reply) {
        JsonNode body = reply.body().length == 0 ? JsonCodec.emptyObject() : JsonCodec.read(reply.body());
        if (body instanceof ObjectNode object) {
            object.put("padding", "x".repeat(HUGE_BYTES));
        }
        return reply.disguised(reply.status(), JsonCodec.write(body));
    }

    private void drip(Exchange exchange, Reply reply, long millis) {
        byte[] body = reply.body().length == 0 ? new byte[] {'{', ' ', ' ', ' ', '}'} : reply.body();
        exchange.request.addIdleTimeoutListener(timeout -> false);
        begin(exchange.response, reply.disguised(reply.status(), body));
        drip(exchange, body, 0, millis);
    }

    private void drip(Exchange exchange, byte[] body, int at, long millis) {
        if (at == body.length - 1) {
            exchange.response.write(true, ByteBuffer.wrap(body, at, 1), exchange.callback);
            return;
        }
        Callback next = Callback.from(
                () -> later(millis, () -> drip(exchange, body, at + 1, millis)), exchange.callback::failed);
        exchange.response.write(false, ByteBuffer.wrap(body, at, 1), next);
    }

    private void later(long millis, Runnable task) {
        var unused = scheduler.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** A request with its pending response. */
    record Exchange(Request request, Response response, Callback callback) {

        EndPoint endPoint() {
            return request.getConnectionMetaData().getConnection().getEndPoint();
        }

        /** Reads from the socket behind Jetty's back: further requests on this connection are never answered. */
        private boolean clientGone() {
            if (!(endPoint() instanceof SocketChannelEndPoint socket)) {
                return !endPoint().isOpen();
            }
            SocketChannel channel = socket.getChannel();
            try {
                return !channel.isOpen() || channel.read(ByteBuffer.allocate(64)) < 0;
            } catch (IOException e) {
                return true;
            }
        }
    }
}
