package dev.registrar.outbound;

import dev.registrar.model.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.hc.core5.net.PercentCodec;
import org.jspecify.annotations.Nullable;

/**
 * One request to a service, relative to its base URL. Immutable; printed without its body.
 *
 * @param path starts with a slash; ids and query values in it are {@link #encode encoded}
 * @param answers statuses that are answers as good as a 2xx, and not errors
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ServiceRequest(
        String method,
        String path,
        @Nullable IdempotencyKey key,
        @Nullable String ifMatch,
        byte @Nullable [] body,
        Set<Integer> answers) {

    public static ServiceRequest get(String path) {
        return new ServiceRequest("GET", path, null, null, null, Set.of());
    }

    /** @param body made by {@link WireFormat#write} */
    public static ServiceRequest post(String path, IdempotencyKey key, byte[] body) {
        return new ServiceRequest("POST", path, key, null, body, Set.of());
    }

    /** Without a key: for a request that can be repeated by its nature. */
    public static ServiceRequest post(String path, byte[] body) {
        return new ServiceRequest("POST", path, null, null, body, Set.of());
    }

    /** @param ifMatch the version seen; absent if the service shows none */
    public static ServiceRequest patch(String path, @Nullable String ifMatch, byte[] body) {
        return new ServiceRequest("PATCH", path, null, ifMatch, body, Set.of());
    }

    /** @param ifMatch the version seen; absent if the service shows none */
    public static ServiceRequest delete(String path, @Nullable String ifMatch) {
        return new ServiceRequest("DELETE", path, null, ifMatch, null, Set.of());
    }

    /** The same request, for which these statuses are answers as good as a 2xx, and not errors. */
    public ServiceRequest answeredBy(Integer... statuses) {
        return new ServiceRequest(method, path, key, ifMatch, body, Set.of(statuses));
    }

    boolean isAnsweredBy(int status) {
        return answers.contains(status);
    }

    /**
     * A value as one path segment or one query value: every byte of the UTF-8 form but letters, digits and {@code -._~} as
     * {@code %XX}. A value of dots only is encoded too, because {@code ..} as a segment would name another resource.
     *
     * @throws IllegalArgumentException the value is empty: a path would then name the whole collection
     */
    public static String encode(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("an empty id");
        }
        boolean dots = value.equals(".") || value.equals("..");
        return dots ? value.replace(".", "%2E") : PercentCodec.encode(value, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
