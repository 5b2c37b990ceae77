package dev.registrar.outbound;

import dev.registrar.model.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.hc.core5.net.PercentCodec;
import org.jspecify.annotations.Nullable;

/**
 * One request to a service, relative to its base URL. Immutable; printed without its query and its body.
 *
 * @param path starts with a slash; ids and query values in it are {@link #encode encoded}, or the query comes from
 *     {@link FormBody}
 * @param headers further headers, for example the version of a provider's interface
 * @param contentType of the body
 * @param answers statuses that count as answers like a 2xx, not as errors
 * @param maxReply maximum size of the reply's body in bytes; a larger one is unreadable
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ServiceRequest(
        String method,
        String path,
        @Nullable IdempotencyKey key,
        @Nullable String ifMatch,
        Map<String, String> headers,
        byte @Nullable [] body,
        String contentType,
        Set<Integer> answers,
        int maxReply) {

    private static final String JSON = "application/json";

    /** Above any answer about a single object, low enough to hold hundreds at once. */
    private static final int MAX_REPLY = 64 * 1024;

    private ServiceRequest(
            String method,
            String path,
            @Nullable IdempotencyKey key,
            @Nullable String ifMatch,
            byte @Nullable [] body) {
        this(method, path, key, ifMatch, Map.of(), body, JSON, Set.of(), MAX_REPLY);
    }

    public static ServiceRequest get(String path) {
        return new ServiceRequest("GET", path, null, null, null);
    }

    /** @param body made by {@link WireFormat#write} */
    public static ServiceRequest post(String path, IdempotencyKey key, byte[] body) {
        return new ServiceRequest("POST", path, key, null, body);
    }

    /** Without a key: for a request that is inherently repeatable. */
    public static ServiceRequest post(String path, byte[] body) {
        return new ServiceRequest("POST", path, null, null, body);
    }

    /**
     * @param key absent for an inherently repeatable request, or a provider without keys
     */
    public static ServiceRequest postForm(String path, @Nullable IdempotencyKey key, FormBody form) {
        return new ServiceRequest(
                "POST", path, key, null, Map.of(), form.bytes(), FormBody.CONTENT_TYPE, Set.of(), MAX_REPLY);
    }

    /** @param ifMatch the version seen; absent if the service shows none */
    public static ServiceRequest patch(String path, @Nullable String ifMatch, byte[] body) {
        return new ServiceRequest("PATCH", path, null, ifMatch, body);
    }

    /** @param ifMatch the version seen; absent if the service shows none */
    public static ServiceRequest delete(String path, @Nullable String ifMatch) {
        return new ServiceRequest("DELETE", path, null, ifMatch, null);
    }

    /** The same request, with these statuses as answers like a 2xx instead of errors. */
    public ServiceRequest answeredBy(Integer... statuses) {
        return new ServiceRequest(method, path, key, ifMatch, headers, body, contentType, Set.of(statuses), maxReply);
    }

    /** The same request with this header; it replaces one of the same name. */
    public ServiceRequest withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ServiceRequest(method, path, key, ifMatch, Map.copyOf(more), body, contentType, answers, maxReply);
    }

    /** The same request with a body of this media type, for providers with their own JSON media type. */
    public ServiceRequest ofType(String mediaType) {
        return new ServiceRequest(method, path, key, ifMatch, headers, body, mediaType, answers, maxReply);
    }

    /** The same request, whose reply may have a body of up to this many bytes: for pages of a list. */
    public ServiceRequest readingUpTo(int bytes) {
        return new ServiceRequest(method, path, key, ifMatch, headers, body, contentType, answers, bytes);
    }

    boolean isAnsweredBy(int status) {
        return answers.contains(status);
    }

    /**
     * A value as one path segment or one query value: every UTF-8 byte except letters, digits and {@code -._~} as
     * {@code %XX}. A value of only dots is encoded too, because {@code ..} as a segment would name another resource.
     *
     * @throws IllegalArgumentException if the value is empty: the path would name the whole collection
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
        int query = path.indexOf('?');
        return method + " " + (query < 0 ? path : path.substring(0, query));
    }
}
