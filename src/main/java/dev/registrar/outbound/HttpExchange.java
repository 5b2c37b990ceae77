package dev.registrar.outbound;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Step;
import dev.registrar.outbound.HttpExchange.ExchangeException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its complete reply under one deadline, which covers the wait for a connection, connecting, the
 * headers and every byte of the body (only the name lookup cannot be aborted). Thread-safe.
 */
final class HttpExchange {

    /** The headers in which providers send their own id of a request. */
    private static final List<String> REQUEST_ID_HEADERS = List.of("Request-Id", "X-Request-Id", "Twilio-Request-Id");

    private static final byte[] NO_BODY = {};

    private final CloseableHttpClient client;
    private final URI baseUrl;
    private final HttpHost host;
    private final String basePath;
    private final @Nullable Header credential;
    private final RequestConfig config;
    private final DeadlineWatch watch;

    /** @throws RuntimeException if the credential or a TLS store cannot be read */
    HttpExchange(Step service, ServiceClientFactory config, MetricRegistry poolMetrics, DeadlineWatch watch) {
        this.baseUrl = config.baseUrl();
        this.host = new HttpHost(baseUrl.getScheme(), baseUrl.getHost(), baseUrl.getPort());
        String path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
        this.basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        CredentialFactory known = config.credential();
        this.credential = known == null
                ? null
                : new BasicHeader(known.header(), known.build().reveal(), true);
        ServiceHttpClientBuilder builder =
                new ServiceHttpClientBuilder(poolMetrics, config, config.deadlineOf(service));
        this.client = builder.build(service.code());
        this.config = builder.requestConfig();
        this.watch = watch;
    }

    Reply send(ServiceRequest request, Deadline deadline) throws ExchangeException {
        HttpUriRequestBase http = prepare(request);
        CallContext context = new CallContext();
        DeadlineWatch.@Nullable Entry ending = null;
        @Nullable ClassicHttpResponse response = null;
        try {
            if (deadline.isOver()) {
                context.markOver();
                throw new InterruptedIOException();
            }
            ending = watch.at(deadline, () -> {
                context.markOver();
                http.cancel();
            });
            response = client.executeOpen(host, http, context);
            return read(http, response, request.maxReply());
        } catch (IOException | RuntimeException e) {
            throw failure(e, context);
        } finally {
            if (ending != null) {
                ending.close();
            }
            // Does nothing after a complete body; otherwise drops the connection.
            Closer.closeQuietly(response);
        }
    }

    private HttpUriRequestBase prepare(ServiceRequest request) {
        HttpUriRequestBase http = new HttpUriRequestBase(request.method(), baseUrl);
        http.setPath(basePath + request.path());
        http.setConfig(config);
        if (credential != null) {
            http.setHeader(credential);
        }
        http.setHeader(HttpHeaders.ACCEPT, ContentType.APPLICATION_JSON.getMimeType());
        request.headers().forEach(http::setHeader);
        IdempotencyKey key = request.key();
        if (key != null) {
            http.setHeader("Idempotency-Key", key.value());
        }
        String ifMatch = request.ifMatch();
        if (ifMatch != null) {
            http.setHeader(HttpHeaders.IF_MATCH, ifMatch);
        }
        byte[] body = request.body();
        if (body != null) {
            http.setEntity(new ByteArrayEntity(body, ContentType.parse(request.contentType())));
        }
        return http;
    }

    private static Reply read(HttpUriRequestBase http, ClassicHttpResponse response, int maxBytes) throws IOException {
        byte[] body = NO_BODY;
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            long length = entity.getContentLength();
            boolean tooLarge = length > maxBytes;
            if (!tooLarge) {
                // If the length is known, the buffer has that size, and one more byte detects the end.
                InputStream content = entity.getContent();
                body = content.readNBytes(length < 0 ? maxBytes + 1 : (int) length);
                tooLarge = body.length > maxBytes || content.read() >= 0;
            }
            if (tooLarge) {
                // First, because closing would read on to reuse the connection.
                http.cancel();
                return reply(response, NO_BODY, true);
            }
        }
        return reply(response, body, false);
    }

    private static Reply reply(ClassicHttpResponse response, byte[] body, boolean tooLarge) {
        String requestId = REQUEST_ID_HEADERS.stream()
                .map(name -> header(response, name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return new Reply(
                response.getCode(),
                body,
                tooLarge,
                header(response, HttpHeaders.ETAG),
                header(response, HttpHeaders.RETRY_AFTER),
                requestId);
    }

    private static @Nullable String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    /** Also ends the calls in flight. */
    void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    private static ExchangeException failure(Exception e, CallContext context) {
        if (context.isOver()) {
            return new ExchangeException(Kind.DEADLINE, context.isSent(), e);
        }
        if (context.isSent()) {
            return new ExchangeException(Kind.BROKEN, true, e);
        }
        boolean ours = e instanceof ConnectionRequestTimeoutException
                || Thread.currentThread().isInterrupted();
        return new ExchangeException(ours ? Kind.NO_CONNECTION : Kind.NOT_SENT, false, e);
    }

    /** The state of one call in the client: whether it was sent, and whether its deadline has passed. */
    static final class CallContext extends HttpClientContext {

        private volatile boolean sent;
        private volatile boolean over;

        void markOver() {
            over = true;
        }

        boolean isOver() {
            return over;
        }

        /** Whether the first byte may have been written: from then on the request may have an effect. */
        boolean isSent() {
            return sent;
        }

        /** Marks the call as sent when the client begins to write the request to a connection. */
        static final class SendMarker extends HttpRequestExecutor {

            @Override
            public ClassicHttpResponse execute(
                    ClassicHttpRequest request,
                    HttpClientConnection connection,
                    @Nullable HttpResponseInformationCallback callback,
                    HttpContext context)
                    throws IOException, HttpException {
                if (!(context instanceof CallContext call)) {
                    throw new IllegalStateException("a call without its context");
                }
                call.sent = true;
                return super.execute(request, connection, callback, context);
            }
        }
    }

    /** An exchange that ended without a complete reply. Its message never contains data sent or received. */
    static final class ExchangeException extends Exception {

        enum Kind {
            /** The deadline ended it; see {@link #sent()}. */
            DEADLINE,
            /**
             * No pooled connection was free in time, or the thread was interrupted: proves nothing about the provider.
             */
            NO_CONNECTION,
            /** Name lookup, connect or TLS handshake failed: nothing was sent. */
            NOT_SENT,
            /** The connection broke after the request may have been written. */
            BROKEN
        }

        private final Kind kind;
        private final boolean sent;
        private final boolean timedOut;

        ExchangeException(Kind kind, boolean sent, Exception cause) {
            // The class suffices, and the text of an I/O error may quote the data received.
            super(cause.getClass().getSimpleName());
            this.kind = kind;
            this.sent = sent;
            this.timedOut = cause instanceof SocketTimeoutException;
        }

        Kind kind() {
            return kind;
        }

        /** Whether the connection itself ran out of time, which can happen just before the deadline. */
        boolean timedOut() {
            return timedOut;
        }

        /** Whether the request may have left this machine. */
        boolean sent() {
            return sent;
        }
    }
}
