package dev.registrar.outbound;

import dev.registrar.model.IdempotencyKey;
import dev.registrar.outbound.ExchangeException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its whole reply under one deadline, which covers the wait for a connection, connecting, the headers and
 * every byte of the body (name lookup alone cannot be ended). Thread-safe.
 */
final class HttpExchange {

    /** Above any answer of these services, low enough to hold hundreds at once. */
    private static final int MAX_BODY_BYTES = 64 * 1024;

    private static final byte[] NO_BODY = {};

    private final CloseableHttpClient client;
    private final ServiceTarget target;
    private final RequestConfig config;
    private final DeadlineWatch watch;

    HttpExchange(CloseableHttpClient client, ServiceTarget target, RequestConfig config, DeadlineWatch watch) {
        this.client = client;
        this.target = target;
        this.config = config;
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
            response = client.executeOpen(target.host(), http, context);
            return read(http, response);
        } catch (IOException | RuntimeException e) {
            throw failure(e, context);
        } finally {
            if (ending != null) {
                ending.close();
            }
            // After a whole body this does nothing; before, it drops the connection.
            Closer.closeQuietly(response);
        }
    }

    private HttpUriRequestBase prepare(ServiceRequest request) {
        HttpUriRequestBase http = new HttpUriRequestBase(request.method(), target.baseUrl());
        http.setPath(target.path(request.path()));
        http.setConfig(config);
        target.authorize(http);
        http.setHeader(HttpHeaders.ACCEPT, ContentType.APPLICATION_JSON.getMimeType());
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
            http.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        }
        return http;
    }

    private static Reply read(HttpUriRequestBase http, ClassicHttpResponse response) throws IOException {
        byte[] body = NO_BODY;
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            long length = entity.getContentLength();
            boolean tooLarge = length > MAX_BODY_BYTES;
            if (!tooLarge) {
                // Where the length is known its buffer is of that size, and the one byte more finds the end of it.
                InputStream content = entity.getContent();
                body = content.readNBytes(length < 0 ? MAX_BODY_BYTES + 1 : (int) length);
                tooLarge = body.length > MAX_BODY_BYTES || content.read() >= 0;
            }
            if (tooLarge) {
                // First of all, because closing would read on for the sake of the connection.
                http.cancel();
                return new Reply(response.getCode(), NO_BODY, true, null, header(response, HttpHeaders.RETRY_AFTER));
            }
        }
        return new Reply(
                response.getCode(),
                body,
                false,
                header(response, HttpHeaders.ETAG),
                header(response, HttpHeaders.RETRY_AFTER));
    }

    private static @Nullable String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
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
}
