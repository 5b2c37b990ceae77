package dev.registrar.bench;

import java.io.IOException;
import java.net.URI;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.classic.MinimalHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * A minimal HTTP client with persistent connections, for this machine: it shares the CPU with what is measured.
 * Thread-safe.
 */
final class LoopbackClient implements AutoCloseable {

    /** Above the longest wait that Registrar grants; a contestant's whole run is awaited in other ways. */
    private static final Timeout ANSWER_LIMIT = Timeout.ofMinutes(5);

    private static final int CONNECTIONS = 1_000;

    private final PoolingHttpClientConnectionManager connections;
    private final MinimalHttpClient http;

    LoopbackClient() {
        connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(CONNECTIONS)
                .setMaxConnPerRoute(CONNECTIONS)
                .setDefaultSocketConfig(
                        SocketConfig.custom().setSoTimeout(ANSWER_LIMIT).build())
                .build();
        http = HttpClients.createMinimal(connections);
    }

    record Answer(int status, String body) {

        /**
         * Returns the body if the response has this status; otherwise throws an exception that contains the response.
         */
        String expect(int expected) {
            if (status != expected) {
                throw new IllegalStateException("answered " + status + " instead of " + expected + ": " + body);
            }
            return body;
        }
    }

    Answer get(String url) throws IOException {
        return send(ClassicRequestBuilder.get(URI.create(url)).build());
    }

    Answer put(String url, String json) throws IOException {
        return send(ClassicRequestBuilder.put(URI.create(url))
                .setEntity(json, ContentType.APPLICATION_JSON)
                .build());
    }

    /** @param headers name, value, name, value… */
    Answer post(String url, String json, String... headers) throws IOException {
        ClassicRequestBuilder request =
                ClassicRequestBuilder.post(URI.create(url)).setEntity(json, ContentType.APPLICATION_JSON);
        for (int i = 0; i < headers.length; i += 2) {
            request.addHeader(headers[i], headers[i + 1]);
        }
        return send(request.build());
    }

    /** Closes the connections that are not in use, which the other side may have given up. */
    void forgetConnections() {
        connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
    }

    private Answer send(ClassicHttpRequest request) throws IOException {
        return http.execute(
                request, response -> new Answer(response.getCode(), EntityUtils.toString(response.getEntity())));
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
