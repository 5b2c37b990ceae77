package dev.registrar.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The request may have taken effect; the outcome is unknown. Retrying with the same key is safe. */
public final class UnknownOutcomeException extends CallException {

    private final boolean localLimit;
    private final @Nullable Duration retryAfter;

    public UnknownOutcomeException(Step service, String message) {
        this(service, message, false, null);
    }

    /**
     * @param localLimit whether the call was ended by {@link CallLimit#LOCAL}
     * @param retryAfter the {@code Retry-After} of a 503
     */
    public UnknownOutcomeException(Step service, String message, boolean localLimit, @Nullable Duration retryAfter) {
        super(service, "unknown", message, new CallDetails(false, null, null, null));
        this.localLimit = localLimit;
        this.retryAfter = retryAfter;
    }

    public boolean localLimit() {
        return localLimit;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
