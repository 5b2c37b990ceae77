package dev.registrar.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.CallException;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.StaleRunException;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UndoGuard.UndoRefusedException;
import dev.registrar.model.UnknownOutcomeException;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a failed call travels from an activity to its workflow: the details of an {@link ApplicationFailure} whose type is
 * the {@link Kind}. Free of personal data, because failures are readable in Temporal's history.
 *
 * @param code the stable error code, for example {@code payment_unavailable}; empty if only the step knows it
 * @param providerCode the provider's own code, only for a rejection
 * @param attemptsSpent attempts of this activity that count
 * @param retryAfter what the breaker or the provider asked to wait; only with {@code BREAKER_OPEN, HELD} and {@code RETRY_AFTER}
 * @param unknown whether the request may have had its effect
 * @param failures the newest failed attempts of this activity, in their order; not those that a guard refused
 */
public record CallFailure(
        Kind kind,
        String code,
        @Nullable String providerCode,
        int attemptsSpent,
        @Nullable Duration retryAfter,
        boolean unknown,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures) {

    public CallFailure {
        failures = AttemptFailure.listOf(failures);
    }

    CallFailure(
            Kind kind,
            String code,
            @Nullable String providerCode,
            int attemptsSpent,
            @Nullable Duration retryAfter,
            boolean unknown) {
        this(kind, code, providerCode, attemptsSpent, retryAfter, unknown, List.of());
    }

    /** The type of the failure of an activity whose argument its worker does not know: it made no call. */
    static final String REFUSED_BY_AN_OLDER_WORKER = "dev.registrar.temporal.NewerPayloadException";

    /** How soon a call not made by a paused or an older worker is retried, by this instance or another. */
    private static final Duration WHILE_PAUSED = Duration.ofSeconds(10);

    /** How the workflow reacts. */
    public enum Kind {
        /** Try again after the back-off. */
        UNAVAILABLE(Reaction.RETRY, true),
        /** Try again after the back-off, under the same key. */
        UNKNOWN(Reaction.RETRY, true),
        /** Final. */
        REJECTED(Reaction.GIVE_UP, true),
        /** Not called at all: wait, then continue with the remaining attempts. */
        BREAKER_OPEN(Reaction.WAIT, false),
        /**
         * Not called at all because an operator holds the breaker open, or the worker is paused or older than the workflow's: wait
         * without losing patience.
         */
        HELD(Reaction.WAIT, false),
        /** The provider asked to be called later: wait, then continue. */
        RETRY_AFTER(Reaction.WAIT, true),
        /** Refused credentials or address, or an unavailable guard: wait, longer each time, then continue. */
        BLOCKED(Reaction.WAIT, false),
        /** The undo of this registration has begun: no forward step may run. */
        FORWARD_REFUSED(Reaction.GIVE_UP, false),
        /** A cancel was requested: the workflow is about to receive it. */
        CANCEL_REQUESTED(Reaction.GIVE_UP, false),
        /** The row of this undo is closed, or another run's. */
        UNDO_REFUSED(Reaction.GIVE_UP, false),
        /** Another run has taken over the registration. */
        STALE_RUN(Reaction.GIVE_UP, false);

        private enum Reaction {
            RETRY,
            WAIT,
            GIVE_UP
        }

        private final Reaction reaction;
        private final boolean counts;

        Kind(Reaction reaction, boolean counts) {
            this.reaction = reaction;
            this.counts = counts;
        }

        String type() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean retriedByTemporal() {
            return reaction == Reaction.RETRY;
        }

        /** Whether the workflow waits and then calls again. */
        boolean waits() {
            return reaction == Reaction.WAIT;
        }
    }

    /** The meaning of an activity's exception at this attempt; anything but a {@link CallException} is unknown. */
    static CallFailure of(Throwable thrown, int attempt) {
        if (thrown instanceof UnavailableException e) {
            Kind kind = switch (e.reason()) {
                case FAILED -> Kind.UNAVAILABLE;
                case BREAKER_OPEN -> Kind.BREAKER_OPEN;
                case HELD -> Kind.HELD;
                case RETRY_AFTER -> Kind.RETRY_AFTER;
                case BLOCKED -> Kind.BLOCKED;
            };
            return of(kind, e.code(), attempt, e.retryAfter().orElse(null));
        }
        if (thrown instanceof UnknownOutcomeException e) {
            Kind kind = e.retryAfter().isPresent() ? Kind.RETRY_AFTER : Kind.UNKNOWN;
            return new CallFailure(kind, e.code(), null, attempt, e.retryAfter().orElse(null), true);
        }
        if (thrown instanceof RejectedException e) {
            return new CallFailure(Kind.REJECTED, e.code(), e.providerCode(), attempt, null, false);
        }
        if (thrown instanceof ForwardRefusedException e) {
            return of(e.cancelRequested() ? Kind.CANCEL_REQUESTED : Kind.FORWARD_REFUSED, "", attempt, null);
        }
        if (thrown instanceof UndoRefusedException) {
            return of(Kind.UNDO_REFUSED, "", attempt, null);
        }
        if (thrown instanceof StaleRunException) {
            return of(Kind.STALE_RUN, "", attempt, null);
        }
        return new CallFailure(Kind.UNKNOWN, "", null, attempt, null, true);
    }

    /** Whether an activity was refused because another run has taken over the registration. */
    public static boolean isStaleRun(ActivityFailure failure) {
        return failure.getCause() instanceof ApplicationFailure application
                && application.getType().equals(Kind.STALE_RUN.type());
    }

    /** A failure of known outcome: the request had no effect. */
    private static CallFailure of(Kind kind, String code, int attempt, @Nullable Duration retryAfter) {
        return new CallFailure(kind, code, null, kind.counts ? attempt : attempt - 1, retryAfter, false);
    }

    /** The failure of a call not made because the worker is paused. */
    public static ApplicationFailure whilePaused(int attempt) {
        return of(Kind.HELD, "", attempt, WHILE_PAUSED).toFailure();
    }

    /** The same with the failed attempts of its activity. */
    CallFailure with(List<AttemptFailure> attempts) {
        return new CallFailure(kind, code, providerCode, attemptsSpent, retryAfter, unknown, attempts);
    }

    /** Whether there were attempts before the one that this failure reports; their outcome is unknown. */
    boolean hidesEarlier() {
        return attemptsSpent > (kind.counts ? 1 : 0);
    }

    /** Whether any attempt of this activity counted. */
    boolean reachedProvider() {
        return attemptsSpent > 0;
    }

    /** The failure to throw out of the activity; Temporal retries only failures that a back-off can cure. */
    ApplicationFailure toFailure() {
        return ApplicationFailure.newBuilder()
                .setMessage(kind.type() + (code.isEmpty() ? "" : " " + code))
                .setType(kind.type())
                .setNonRetryable(!kind.retriedByTemporal())
                .setDetails(this)
                .build();
    }

    /**
     * Reads a failure in the workflow.
     *
     * @param allowed how many attempts the activity had
     * @param now workflow time: when an attempt without an answer ended
     */
    static CallFailure read(ActivityFailure failure, int allowed, Instant now) {
        Throwable cause = failure.getCause();
        if (cause instanceof ApplicationFailure application) {
            if (application.getType().equals(REFUSED_BY_AN_OLDER_WORKER)) {
                // Another worker may have tried before it and failed, which this failure does not report.
                return new CallFailure(Kind.HELD, "", null, 0, WHILE_PAUSED, allowed > 1);
            }
            for (Kind kind : Kind.values()) {
                if (kind.type().equals(application.getType())) {
                    return application.getDetails().get(CallFailure.class);
                }
            }
        }
        List<AttemptFailure> known = List.of();
        int spent = 1;
        if (cause instanceof TimeoutFailure timeout) {
            spent = allowed;
            AttemptFailure[] kept = timeout.getLastHeartbeatDetails().get(AttemptFailure[].class);
            known = kept == null ? known : List.of(kept);
        }
        return new CallFailure(
                Kind.UNKNOWN,
                "",
                null,
                spent,
                null,
                true,
                AttemptFailure.unknown(spent, now).addedTo(known));
    }
}
