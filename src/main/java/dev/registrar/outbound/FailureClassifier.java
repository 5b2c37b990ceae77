package dev.registrar.outbound;

import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.model.CallDetails;
import dev.registrar.model.CallException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.outbound.Breakers.Breaker;
import dev.registrar.outbound.Breakers.Breaker.Verdict;
import dev.registrar.outbound.ErrorDialect.ProviderError;
import dev.registrar.outbound.ErrorDialect.ProviderError.Meaning;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import dev.registrar.outbound.HttpExchange.ExchangeException;
import dev.registrar.outbound.Reply.UnlistedValueException;
import dev.registrar.outbound.Reply.UnreadableReplyException;
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
 * The error classes, in one place. A call that was not sent is unavailable. One that was sent but has no valid answer
 * is <em>in doubt</em>: of unknown outcome if it may change something, unavailable if it only reads. A 4xx is a
 * definite refusal, except 408 and "this key is in progress" (in doubt), 429 (unavailable), the statuses that concern
 * us and not this request (blocked), and those that the provider's {@link ErrorDialect} classifies as in doubt.
 */
final class FailureClassifier {

    /**
     * Wrong credentials, address or setup, ours or the provider's. A 404 only if the request does not list it as an
     * answer.
     */
    private static final Set<Integer> BLOCKED = Set.of(401, 403, 404, 405, 407, 425);

    private static final CallDetails TIMEOUT = CallDetails.noAnswer("timeout");

    private final Step service;
    private final String operation;
    private final Effect effect;
    private final ErrorDialect dialect;
    private final Clock clock;

    FailureClassifier(Step service, String operation, Effect effect, ErrorDialect dialect, Clock clock) {
        this.service = service;
        this.operation = operation;
        this.effect = effect;
        this.dialect = dialect;
        this.clock = clock;
    }

    /** The name of the operation whose failures these are. */
    String operation() {
        return operation;
    }

    /** The meaning of an exchange without a complete reply. */
    Failure of(ExchangeException e, Deadline deadline) {
        return switch (e.kind()) {
            case DEADLINE -> ofDeadline(e, deadline);
            case NO_CONNECTION ->
                unavailable("no free connection", null, Verdict.NOTHING, CallDetails.noAnswer("no_connection"));
            case NOT_SENT ->
                unavailable(
                        "could not connect, " + e.getMessage(),
                        null,
                        Verdict.FAILING,
                        CallDetails.noAnswer("connect_failed"));
            case BROKEN ->
                inDoubt(
                        "the connection broke, " + e.getMessage(),
                        null,
                        Verdict.FAILING,
                        e.timedOut() ? TIMEOUT : CallDetails.noAnswer("connection_lost"));
        };
    }

    /** The meaning of a reply; null if it is an answer. */
    @Nullable
    Failure of(Reply reply, ServiceRequest request) {
        int status = reply.status();
        if (status >= 200 && status < 300) {
            return reply.tooLarge() ? unreadable("more than " + request.maxReply() + " bytes", reply) : null;
        }
        ProviderError error = dialect.read(reply);
        CallDetails details = reply.details(error.code());
        if (error.meaning() == Meaning.KEY_IN_PROGRESS) {
            return inDoubt(
                    "the first request of this key is still in progress" + requestOf(reply),
                    null,
                    Verdict.HEALTHY,
                    details);
        }
        if (request.isAnsweredBy(status)) {
            return null;
        }
        String answered = "answered " + status;
        if (error.meaning() == Meaning.IN_DOUBT) {
            return inDoubt(
                            answered + " with code " + error.code() + requestOf(reply),
                            RetryAfter.parse(reply.retryAfter(), clock),
                            Verdict.FAILING,
                            details)
                    .with(error.unlisted());
        }
        if (status == 429 || error.meaning() == Meaning.UNAVAILABLE) {
            return unavailable(
                    answered + requestOf(reply), RetryAfter.parse(reply.retryAfter(), clock), Verdict.FAILING, details);
        }
        if (BLOCKED.contains(status) || error.meaning() == Meaning.BLOCKED) {
            String refused = message(answered + requestOf(reply));
            return failure(new UnavailableException(service, Reason.BLOCKED, null, refused), Verdict.FAILING, details);
        }
        if (status >= 400 && status < 500 && status != 408) {
            String code = error.code();
            String text = message(answered + " with code " + code + requestOf(reply));
            return failure(new RejectedException(service, code, text), Verdict.HEALTHY, details);
        }
        Duration retryAfter = status == 503 ? RetryAfter.parse(reply.retryAfter(), clock) : null;
        return inDoubt(answered + requestOf(reply), retryAfter, Verdict.FAILING, details);
    }

    /** The meaning of an answer that cannot be read. */
    Failure unreadable(UnreadableReplyException e, Reply reply) {
        UnlistedValue unlisted = e instanceof UnlistedValueException value ? value.kind() : null;
        return unreadable(String.valueOf(e.getMessage()), reply).with(unlisted);
    }

    private Failure unreadable(String why, Reply reply) {
        return inDoubt(
                "the answer is unreadable, " + why + requestOf(reply),
                null,
                Verdict.FAILING,
                reply.details("unreadable_answer"));
    }

    private static String requestOf(Reply reply) {
        return reply.requestId() == null ? "" : ", request " + reply.requestId();
    }

    /** The failure of a call that the breaker refused. */
    CallException breakerOpen(Breaker breaker) {
        boolean held = breaker.isHeldOpen();
        return new UnavailableException(
                        service,
                        held ? Reason.HELD : Reason.BREAKER_OPEN,
                        breaker.retryAfter(),
                        message(
                                held
                                        ? "not sent, an operator holds the breaker open"
                                        : "not sent, the breaker is open"))
                .with(CallDetails.noAnswer(held ? "breaker_held" : "breaker_open"));
    }

    private Failure ofDeadline(ExchangeException e, Deadline deadline) {
        if (!deadline.isLocal()) {
            return e.sent()
                    ? inDoubt("no whole answer within the deadline", null, Verdict.FAILING, TIMEOUT)
                    : unavailable("no connection within the deadline", null, Verdict.FAILING, TIMEOUT);
        }
        String text = "ended by the limit of a local attempt";
        // The two seconds are our own limit: the provider's breaker ignores the call.
        return effect == Effect.CHANGES
                ? failure(new UnknownOutcomeException(service, message(text), true, null), Verdict.NOTHING, TIMEOUT)
                : unavailable(text, null, Verdict.NOTHING, TIMEOUT);
    }

    private Failure inDoubt(String text, @Nullable Duration retryAfter, Verdict verdict, CallDetails details) {
        return effect == Effect.CHANGES
                ? failure(new UnknownOutcomeException(service, message(text), false, retryAfter), verdict, details)
                : unavailable(text, retryAfter, verdict, details);
    }

    private Failure unavailable(String text, @Nullable Duration retryAfter, Verdict verdict, CallDetails details) {
        Reason reason = retryAfter == null ? Reason.FAILED : Reason.RETRY_AFTER;
        return failure(new UnavailableException(service, reason, retryAfter, message(text)), verdict, details);
    }

    private String message(String text) {
        return service.code() + " " + operation + ": " + text;
    }

    private static Failure failure(CallException exception, Verdict verdict, CallDetails details) {
        return new Failure(exception.with(details), verdict, null);
    }

    /**
     * The meaning of a failed call, for the caller and for the breaker.
     *
     * @param unlisted the part that is not in the provider's table, to be counted
     */
    record Failure(
            CallException exception,
            Verdict verdict,
            @Nullable UnlistedValue unlisted) {

        private Failure with(@Nullable UnlistedValue kind) {
            return new Failure(exception, verdict, kind);
        }

        /** Whether the provider refuses us, independent of the request. */
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

    /** Whether a request may change something at the provider; determines the meaning of a missing answer. */
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

        /** How long to wait; null if the header is absent or unparsable. */
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
