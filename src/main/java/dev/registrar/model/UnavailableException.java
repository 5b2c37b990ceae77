package dev.registrar.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The call was not sent, or failed without an effect: retrying is safe. */
public final class UnavailableException extends CallException {

    /** The code of a call not made because the configured provider is not the one acting for the registration. */
    public static final String PROVIDER_CHANGED = "provider_changed";

    /** Why nothing was done. */
    public enum Reason {
        /** Connection refused, 429 without a time, a failed read. */
        FAILED,
        /** The breaker was open: the provider was not called. */
        BREAKER_OPEN,
        /** An operator forced the breaker open: the provider was not called. */
        HELD,
        /** The provider asked to be called later (429, or 503 on a read, with {@code Retry-After}). */
        RETRY_AFTER,
        /**
         * The cause is not this request: the provider refuses our credentials or address (401, 403, 404, 405, 407,
         * 425), or our own database is unavailable to confirm that the call may be made.
         */
        BLOCKED
    }

    private final Reason reason;
    private final @Nullable Duration retryAfter;
    private final @Nullable String code;

    public UnavailableException(Step service, Reason reason, @Nullable Duration retryAfter, String message) {
        this(service, reason, retryAfter, null, message);
    }

    private UnavailableException(
            Step service, Reason reason, @Nullable Duration retryAfter, @Nullable String code, String message) {
        super(service, "unavailable", message, new CallDetails(false, null, code, null));
        this.reason = reason;
        this.retryAfter = retryAfter;
        this.code = code;
    }

    /** The configured provider is not the one acting for the registration, and was not called. */
    public static UnavailableException providerChanged(Step service) {
        return new UnavailableException(
                service, Reason.BLOCKED, null, PROVIDER_CHANGED, service.code() + ": another provider is configured");
    }

    public UnavailableException(Step service, String message) {
        this(service, Reason.FAILED, null, message);
    }

    @Override
    public String code() {
        return code == null ? super.code() : code;
    }

    public Reason reason() {
        return reason;
    }

    /**
     * The minimum wait before the next attempt; always present unless {@link Reason#FAILED} or {@link Reason#BLOCKED}.
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
