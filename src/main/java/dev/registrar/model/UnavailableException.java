package dev.registrar.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The call was not sent, or failed without an effect: retrying is safe. */
public final class UnavailableException extends CallException {

    /** Why nothing was done. */
    public enum Reason {
        /** Connection refused, 429 without a time, a failed read. */
        FAILED,
        /** The breaker was open: the provider was not called. */
        BREAKER_OPEN,
        /** The provider asked to come back later (429, or 503 on a read, with {@code Retry-After}). */
        RETRY_AFTER
    }

    private final Reason reason;
    private final @Nullable Duration retryAfter;

    public UnavailableException(Step service, Reason reason, @Nullable Duration retryAfter, String message) {
        super(service, "unavailable", message);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    public UnavailableException(Step service, String message) {
        this(service, Reason.FAILED, null, message);
    }

    public Reason reason() {
        return reason;
    }

    /** Minimum wait before the next attempt; always present unless {@link Reason#FAILED}. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
