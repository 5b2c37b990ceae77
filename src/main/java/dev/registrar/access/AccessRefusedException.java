package dev.registrar.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** A request was refused. The client gets a problem document that never quotes the request. */
public final class AccessRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> headers;

    private AccessRefusedException(int status, String code, String detail, Map<String, String> headers) {
        super(detail);
        this.status = status;
        this.code = code;
        this.headers = headers;
    }

    static AccessRefusedException unauthenticated(String detail) {
        return new AccessRefusedException(
                401, "unauthenticated", detail, Map.of("WWW-Authenticate", "Bearer realm=\"registrar\""));
    }

    static AccessRefusedException forbidden() {
        return new AccessRefusedException(403, "forbidden", "The role of this API key does not permit this.", Map.of());
    }

    static AccessRefusedException crossSite(String detail) {
        return new AccessRefusedException(403, "cross_site_refused", detail, Map.of());
    }

    static AccessRefusedException notFound() {
        return new AccessRefusedException(404, "not_found", "There is no such resource.", Map.of());
    }

    static AccessRefusedException rateLimited(String detail, Duration wait) {
        return new AccessRefusedException(429, "rate_limited", detail, retryAfter(wait));
    }

    static AccessRefusedException overloaded() {
        return new AccessRefusedException(
                503,
                "overloaded",
                "Too many concurrent requests; this one was not processed. Send it again.",
                retryAfter(Duration.ofSeconds(1)));
    }

    /** Whole seconds, rounded up, so that a client that waits this long is not refused again. */
    private static Map<String, String> retryAfter(Duration wait) {
        long seconds = wait.plusNanos(999_999_999).toSeconds();
        return Map.of("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    public int status() {
        return status;
    }

    /** Stable, for programs. */
    public String code() {
        return code;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** Writes a refusal as a response outside of Jersey. Thread-safe. */
    @FunctionalInterface
    public interface RefusalWriter {

        void write(AccessRefusedException refusal, HttpServletRequest request, HttpServletResponse response)
                throws IOException;
    }
}
