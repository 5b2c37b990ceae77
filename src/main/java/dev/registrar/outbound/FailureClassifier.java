package dev.registrar.outbound;

import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.model.CallException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.Breakers.Breaker;
import dev.registrar.outbound.Breakers.Breaker.Verdict;
import dev.registrar.outbound.HttpExchange.ExchangeException;
import dev.registrar.outbound.ServiceClient.Deadline;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error classes, in one place. Not sent is unavailable. Sent and without an answer that counts is <em>in doubt</em>: of
 * unknown outcome if the call may change something, unavailable if it only reads. A 4xx is a definite no, except 408 and "this
 * key is in progress" (in doubt), 429 (unavailable), and the statuses that are about us and not about this request (blocked).
 */
final class FailureClassifier {

    private static final String KEY_IN_PROGRESS = "idempotency_key_in_progress";

    /** Credentials, address or set-up are wrong, ours or the provider's. A 404 only if the request does not list it as an answer. */
    private static final Set<Integer> BLOCKED = Set.of(401, 403, 404, 405, 407, 425);

    private final Step service;
    private final String operation;
    private final Effect effect;
    private final Clock clock;

    FailureClassifier(Step service, String operation, Effect effect, Clock clock) {
        this.service = service;
        this.operation = operation;
        this.effect = effect;
        this.clock = clock;
    }

    /** The meaning of an exchange without a whole reply. */
    Failure of(ExchangeException e, Deadline deadline) {
        return switch (e.kind()) {
            case DEADLINE -> ofDeadline(e, deadline);
            case NO_CONNECTION -> unavailable("no free connection", null, Verdict.NOTHING);
            case NOT_SENT -> unavailable("could not connect, " + e.getMessage(), null, Verdict.FAILING);
            case BROKEN -> inDoubt("the connection broke, " + e.getMessage(), null, Verdict.FAILING);
        };
    }

    /** The meaning of a reply; null if it is an answer. */
    @Nullable
    Failure of(Reply reply, ServiceRequest request) {
        int status = reply.status();
        if (status >= 200 && status < 300) {
            return reply.tooLarge() ? unreadable("more than 64 KiB") : null;
        }
        if (status == 409 && reply.code().equals(KEY_IN_PROGRESS)) {
            return inDoubt("the first request of this key is still in progress", null, Verdict.HEALTHY);
        }
        if (request.isAnsweredBy(status)) {
            return null;
        }
        String answered = "answered " + status;
        if (status == 429) {
            return unavailable(answered, RetryAfter.parse(reply.retryAfter(), clock), Verdict.FAILING);
        }
        if (BLOCKED.contains(status)) {
            return new Failure(
                    new UnavailableException(service, Reason.BLOCKED, null, message(answered)), Verdict.FAILING);
        }
        if (status >= 400 && status < 500 && status != 408) {
            String code = reply.code();
            RejectedException rejected = new RejectedException(service, code, message(answered + " with code " + code));
            return new Failure(rejected, Verdict.HEALTHY);
        }
        Duration retryAfter = status == 503 ? RetryAfter.parse(reply.retryAfter(), clock) : null;
        return inDoubt(answered, retryAfter, Verdict.FAILING);
    }

    /** The meaning of an answer that cannot be read. */
    Failure unreadable(String why) {
        return inDoubt("the answer is unreadable, " + why, null, Verdict.FAILING);
    }

    /** A call that the breaker did not let through. */
    UnavailableException breakerOpen(Breaker breaker) {
        boolean held = breaker.isHeldOpen();
        return new UnavailableException(
                service,
                held ? Reason.HELD : Reason.BREAKER_OPEN,
                breaker.retryAfter(),
                message(held ? "not sent, an operator holds the breaker open" : "not sent, the breaker is open"));
    }

    private Failure ofDeadline(ExchangeException e, Deadline deadline) {
        if (!deadline.isLocal()) {
            return e.sent()
                    ? inDoubt("no whole answer within the deadline", null, Verdict.FAILING)
                    : unavailable("no connection within the deadline", null, Verdict.FAILING);
        }
        String text = "ended by the limit of a local attempt";
        // The two seconds are our own limit: the provider's breaker ignores the call.
        return effect == Effect.CHANGES
                ? new Failure(new UnknownOutcomeException(service, message(text), true, null), Verdict.NOTHING)
                : unavailable(text, null, Verdict.NOTHING);
    }

    private Failure inDoubt(String text, @Nullable Duration retryAfter, Verdict verdict) {
        return effect == Effect.CHANGES
                ? new Failure(new UnknownOutcomeException(service, message(text), false, retryAfter), verdict)
                : unavailable(text, retryAfter, verdict);
    }

    private Failure unavailable(String text, @Nullable Duration retryAfter, Verdict verdict) {
        Reason reason = retryAfter == null ? Reason.FAILED : Reason.RETRY_AFTER;
        return new Failure(new UnavailableException(service, reason, retryAfter, message(text)), verdict);
    }

    private String message(String text) {
        return service.code() + " " + operation + ": " + text;
    }

    /** The meaning of a failed call, for the caller and for the breaker. */
    record Failure(CallException exception, Verdict verdict) {

        /** Whether the provider refuses us, whatever the request. */
        boolean isRefusal() {
            return exception instanceof UnavailableException unavailable && unavailable.reason() == Reason.BLOCKED;
        }

        CallOutcome outcome() {
            if (exception instanceof RejectedException) {
                return CallOutcome.REJECTED;
            }
            return exception instanceof UnavailableException ? CallOutcome.UNAVAILABLE : CallOutcome.UNKNOWN;
        }
    }

    /** Whether a request may change something at the provider; decides what a missing answer means. */
    enum Effect {
        /** Without an answer the outcome is unknown. */
        CHANGES,
        /** Without an answer nothing is lost. */
        READS;

        /** How such a call can end. */
        Set<CallOutcome> outcomes() {
            return this == CHANGES
                    ? EnumSet.allOf(CallOutcome.class)
                    : EnumSet.complementOf(EnumSet.of(CallOutcome.UNKNOWN, CallOutcome.DECLINED));
        }
    }

    /** Reads {@code Retry-After}: seconds or an HTTP date, honoured within 1 s and 10 min. */
    static final class RetryAfter {

        private static final Duration MIN = Duration.ofSeconds(1);
        private static final Duration MAX = Duration.ofMinutes(10);
        private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");

        private RetryAfter() {}

        /** How long to wait; null where the header is absent or says nothing that can be read. */
        static @Nullable Duration parse(@Nullable String header, Clock clock) {
            if (header == null) {
                return null;
            }
            String text = header.strip();
            if (SECONDS.matcher(text).matches()) {
                return clamp(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                ZonedDateTime at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
                return clamp(Duration.between(clock.instant(), at.toInstant()));
            } catch (DateTimeException e) {
                return null;
            }
        }

        private static Duration clamp(Duration asked) {
            if (asked.compareTo(MIN) < 0) {
                return MIN;
            }
            return asked.compareTo(MAX) > 0 ? MAX : asked;
        }
    }
}
