package dev.registrar.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An HTTP answer before any fault alters it. The body is not changed after construction. */
final class Reply {

    private static final byte[] NOTHING = {};
    private static final String ETAG = "ETag";

    private final int status;
    private final byte[] body;
    private final Map<String, String> headers;

    private Reply(int status, byte[] body, Map<String, String> headers) {
        this.status = status;
        this.body = body;
        this.headers = headers;
    }

    static Reply json(int status, Object body) {
        return new Reply(status, JsonCodec.write(body), Map.of());
    }

    static Reply json(int status, Object body, @Nullable String etag) {
        return json(status, body).with(ETAG, etag);
    }

    static Reply noContent() {
        return new Reply(204, NOTHING, Map.of());
    }

    static Reply error(int status, String code, String message) {
        return error(status, code, message, Map.of());
    }

    static Reply error(int status, String code, String message, Map<String, String> more) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("code", code);
        body.put("message", message);
        body.putAll(more);
        return json(status, body);
    }

    /** The stored answer of an earlier request with the same key. */
    static Reply replayed(int status, byte[] body, @Nullable String etag) {
        return new Reply(status, body, Map.of("Idempotent-Replayed", "true")).with(ETAG, etag);
    }

    /** The same with another header; unchanged if the value is absent. */
    Reply with(String header, @Nullable String value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, body, more);
    }

    /** The same headers with another status and body. */
    Reply disguised(int otherStatus, byte[] otherBody) {
        return new Reply(otherStatus, otherBody, headers);
    }

    int status() {
        return status;
    }

    boolean successful() {
        return status >= 200 && status < 300;
    }

    byte[] body() {
        return body;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Nullable
    String etag() {
        return headers.get(ETAG);
    }

    /** The refusal of an invalid request; carries the answer, without a stack trace. */
    static final class RefusalException extends RuntimeException {

        private final transient Reply reply;

        RefusalException(int status, String code, String message) {
            this(message, Reply.error(status, code, message));
        }

        private RefusalException(String message, Reply reply) {
            super(message, null, false, false);
            this.reply = reply;
        }

        static RefusalException invalid(String message) {
            return new RefusalException(400, "invalid_request", message);
        }

        static RefusalException methodNotAllowed(Set<String> allowed) {
            String message = "this path does not support the method";
            Reply reply = Reply.error(405, "method_not_allowed", message);
            return new RefusalException(message, reply.with("Allow", String.join(", ", new TreeSet<>(allowed))));
        }

        Reply reply() {
            return reply;
        }
    }
}
