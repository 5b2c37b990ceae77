package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a step that failed. Free of personal data and of card numbers, as {@link CallDetails}.
 *
 * @param attempt its ordinal, 1 for the first; an attempt that was not made, for example because a breaker was open, has the
 *     ordinal of the next one
 * @param at when it ended, in milliseconds
 * @param httpStatus of the answer; absent without one and for other protocols
 * @param code the provider's code of the error, or ours for a call without an answer, for example {@code timeout}
 * @param requestId the provider's own id of the request
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttemptFailure(
        int attempt,
        Instant at,
        Outcome outcome,
        @Nullable Integer httpStatus,
        @Nullable String code,
        @Nullable String requestId) {

    /** More than this are not kept: the newest count. */
    public static final int MOST = 10;

    /** What is known about the request. */
    public enum Outcome {
        /** Nothing that changes anything was sent. */
        @JsonProperty("not_sent")
        NOT_SENT,
        /** It was sent, and the answer shows that it had no effect. */
        @JsonProperty("sent")
        SENT,
        /** It may have had its effect. */
        @JsonProperty("unknown")
        UNKNOWN
    }

    public AttemptFailure {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        code = CallDetails.code(code);
        requestId = CallDetails.requestId(requestId);
    }

    public static AttemptFailure of(CallException failure, int attempt, Instant at) {
        CallDetails details = failure.details();
        Outcome outcome = failure instanceof UnknownOutcomeException
                ? Outcome.UNKNOWN
                : details.answered() ? Outcome.SENT : Outcome.NOT_SENT;
        return of(outcome, details, attempt, at);
    }

    /** A refusal that is a result and not a failure: a decline. */
    public static AttemptFailure refused(CallDetails answer, int attempt, Instant at) {
        return of(Outcome.SENT, answer, attempt, at);
    }

    /** An attempt of which nothing is known, for example because its worker was lost. */
    public static AttemptFailure unknown(int attempt, Instant at) {
        return new AttemptFailure(attempt, at, Outcome.UNKNOWN, null, null, null);
    }

    private static AttemptFailure of(Outcome outcome, CallDetails details, int attempt, Instant at) {
        return new AttemptFailure(attempt, at, outcome, details.httpStatus(), details.code(), details.requestId());
    }

    /** The same, after this many attempts of others. */
    public AttemptFailure after(int attempts) {
        return new AttemptFailure(attempts + attempt, at, outcome, httpStatus, code, requestId);
    }

    /**
     * The newest of these and this one. It replaces the last if that is the same failure of the same attempt, without an effect: a
     * call that is refused for hours, by a breaker or for its credentials, is one failure.
     */
    public List<AttemptFailure> addedTo(List<AttemptFailure> failures) {
        List<AttemptFailure> all = new ArrayList<>(failures);
        if (!all.isEmpty() && isRepetitionOf(all.get(all.size() - 1))) {
            all.remove(all.size() - 1);
        }
        all.add(this);
        return listOf(all);
    }

    private boolean isRepetitionOf(AttemptFailure other) {
        return outcome != Outcome.UNKNOWN
                && new AttemptFailure(attempt, other.at, outcome, httpStatus, code, other.requestId).equals(other);
    }

    /** The newest of these, at most {@link #MOST}; none for null, as read from what was written before there were any. */
    public static List<AttemptFailure> listOf(@Nullable List<AttemptFailure> failures) {
        return failures == null
                ? List.of()
                : List.copyOf(failures.subList(Math.max(0, failures.size() - MOST), failures.size()));
    }
}
