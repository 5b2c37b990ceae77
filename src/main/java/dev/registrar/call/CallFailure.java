package dev.registrar.call;

import dev.registrar.model.CallException;
import dev.registrar.model.ForwardRefusedException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a failed call travels from an activity to its workflow: the details of an {@link ApplicationFailure} whose type is
 * the {@link Kind}. Free of personal data, because failures are readable in Temporal's history.
 *
 * @param code the stable error code, for example {@code payment_unavailable}; empty where the step has to say it
 * @param providerCode the provider's own code, of a rejection only
 * @param attemptsSpent attempts of this activity that reached out to the provider
 * @param retryAfter what the breaker or the provider asked to wait; only with the two kinds that wait
 * @param unknown whether the request may have had its effect
 */
public record CallFailure(
        Kind kind,
        String code,
        @Nullable String providerCode,
        int attemptsSpent,
        @Nullable Duration retryAfter,
        boolean unknown) {

    /** What the workflow does about it. */
    public enum Kind {
        /** Try again after the back-off. */
        UNAVAILABLE,
        /** Try again after the back-off, under the same key. */
        UNKNOWN,
        /** Final. */
        REJECTED,
        /** Not called at all: wait, then go on with the attempts that are left. */
        BREAKER_OPEN,
        /** The provider said when to come back: wait, then go on. */
        RETRY_AFTER,
        /** The undo of this registration has begun: nothing goes forward. */
        FORWARD_REFUSED;

        String type() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean retriedByTemporal() {
            return this == UNAVAILABLE || this == UNKNOWN;
        }
    }

    /** What an activity's exception means at this attempt; anything that is no {@link CallException} is unknown. */
    static CallFailure of(Throwable thrown, int attempt) {
        if (thrown instanceof UnavailableException e) {
            return switch (e.reason()) {
                case FAILED -> new CallFailure(Kind.UNAVAILABLE, e.code(), null, attempt, null, false);
                case BREAKER_OPEN ->
                    new CallFailure(
                            Kind.BREAKER_OPEN,
                            e.code(),
                            null,
                            attempt - 1,
                            e.retryAfter().orElseThrow(),
                            false);
                case RETRY_AFTER ->
                    new CallFailure(
                            Kind.RETRY_AFTER,
                            e.code(),
                            null,
                            attempt,
                            e.retryAfter().orElseThrow(),
                            false);
            };
        }
        if (thrown instanceof UnknownOutcomeException e) {
            Kind kind = e.retryAfter().isPresent() ? Kind.RETRY_AFTER : Kind.UNKNOWN;
            return new CallFailure(kind, e.code(), null, attempt, e.retryAfter().orElse(null), true);
        }
        if (thrown instanceof RejectedException e) {
            return new CallFailure(Kind.REJECTED, e.code(), e.providerCode(), attempt, null, false);
        }
        if (thrown instanceof ForwardRefusedException) {
            return new CallFailure(Kind.FORWARD_REFUSED, "", null, attempt - 1, null, false);
        }
        return new CallFailure(Kind.UNKNOWN, "", null, attempt, null, true);
    }

    /** Whether there were attempts before the one that this failure tells of; how those ended nobody knows. */
    boolean hidesEarlier() {
        boolean called = kind != Kind.BREAKER_OPEN && kind != Kind.FORWARD_REFUSED;
        return attemptsSpent > (called ? 1 : 0);
    }

    /** The failure to throw out of the activity; Temporal retries only what a back-off can cure. */
    ApplicationFailure toFailure() {
        return ApplicationFailure.newBuilder()
                .setMessage(kind.type() + (code.isEmpty() ? "" : " " + code))
                .setType(kind.type())
                .setNonRetryable(!kind.retriedByTemporal())
                .setDetails(this)
                .build();
    }

    /** Reads a failure in the workflow; {@code allowed} is how many attempts the activity had. */
    static CallFailure read(ActivityFailure failure, int allowed) {
        Throwable cause = failure.getCause();
        if (cause instanceof ApplicationFailure application) {
            for (Kind kind : Kind.values()) {
                if (kind.type().equals(application.getType())) {
                    return application.getDetails().get(CallFailure.class);
                }
            }
        }
        int spent = cause instanceof TimeoutFailure ? allowed : 1;
        return new CallFailure(Kind.UNKNOWN, "", null, spent, null, true);
    }
}
