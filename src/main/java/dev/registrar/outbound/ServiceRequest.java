package dev.registrar.outbound;

import dev.registrar.model.IdempotencyKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request to a service, relative to its base URL. Immutable; printed without its body. */
public final class ServiceRequest {

    private static final int[] NONE = {};

    private final String method;
    private final String path;
    private final @Nullable IdempotencyKey key;
    private final @Nullable String ifMatch;
    private final byte @Nullable [] body;
    private final int[] answers;

    private ServiceRequest(
            String method,
            String path,
            @Nullable IdempotencyKey key,
            @Nullable String ifMatch,
            byte @Nullable [] body,
            int[] answers) {
        this.method = method;
        this.path = path;
        this.key = key;
        this.ifMatch = ifMatch;
        this.body = body;
        this.answers = answers;
    }

    /** @param path starts with a slash; ids and query values in it are {@link PercentEncoding encoded} */
    public static ServiceRequest get(String path) {
        return new ServiceRequest("GET", path, null, null, null, NONE);
    }

    /** @param body made by {@link WireFormat#write} */
    public static ServiceRequest post(String path, IdempotencyKey key, byte[] body) {
        return new ServiceRequest("POST", path, key, null, body, NONE);
    }

    /** Without a key: for a request that can be repeated by its nature. */
    public static ServiceRequest post(String path, byte[] body) {
        return new ServiceRequest("POST", path, null, null, body, NONE);
    }

    /** @param ifMatch the version seen; absent if the service shows none */
    public static ServiceRequest patch(String path, @Nullable String ifMatch, byte[] body) {
        return new ServiceRequest("PATCH", path, null, ifMatch, body, NONE);
    }

    /** @param ifMatch the version seen; absent if the service shows none */
    public static ServiceRequest delete(String path, @Nullable String ifMatch) {
        return new ServiceRequest("DELETE", path, null, ifMatch, null, NONE);
    }

    /** The same request, for which these statuses are answers as good as a 2xx, and not errors. */
    public ServiceRequest answeredBy(int... statuses) {
        return new ServiceRequest(method, path, key, ifMatch, body, statuses.clone());
    }

    boolean isAnsweredBy(int status) {
        return Arrays.stream(answers).anyMatch(answer -> answer == status);
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    @Nullable
    IdempotencyKey key() {
        return key;
    }

    @Nullable
    String ifMatch() {
        return ifMatch;
    }

    byte @Nullable [] body() {
        return body;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
