package dev.registrar.outbound;

import dev.registrar.metrics.CallMeter;
import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.model.CallException;
import dev.registrar.model.Step;
import dev.registrar.outbound.Breakers.Breaker;
import dev.registrar.outbound.Breakers.Breaker.Permit;
import dev.registrar.outbound.Breakers.Breaker.Verdict;
import dev.registrar.outbound.FailureClassifier.Failure;
import dev.registrar.outbound.HttpExchange.ExchangeException;
import dev.registrar.outbound.Reply.ReplyReader;
import dev.registrar.outbound.Reply.UnreadableReplyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation of a service: checks its breaker, makes the call once, classifies the answer, counts it. Nothing is
 * retried. Thread-safe.
 */
public final class ServiceOperation {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceOperation.class);

    private final Step service;
    private final Breaker breaker;
    private final CallMeter meter;
    private final HttpExchange exchange;
    private final FailureClassifier failures;
    private final RecentFailures recent;

    ServiceOperation(
            Step service,
            Breaker breaker,
            CallMeter meter,
            HttpExchange exchange,
            FailureClassifier failures,
            RecentFailures recent) {
        this.service = service;
        this.breaker = breaker;
        this.meter = meter;
        this.exchange = exchange;
        this.failures = failures;
        this.recent = recent;
    }

    /**
     * Makes the call and reads its answer: a 2xx, or a status that the request lists as an answer.
     *
     * @throws dev.registrar.model.UnavailableException if it was not sent, or is a read that failed
     * @throws dev.registrar.model.RejectedException if it was definitely refused
     * @throws dev.registrar.model.UnknownOutcomeException if it may have had its effect
     */
    public <T> T call(ServiceRequest request, Deadline deadline, ReplyReader<T> reader) {
        Permit permit = breaker.acquire();
        if (permit == Permit.REFUSED) {
            meter.ended(CallOutcome.BREAKER_OPEN, 0);
            throw failures.breakerOpen(breaker);
        }
        meter.attempted();
        long begun = System.nanoTime();
        Reply reply;
        try {
            reply = exchange.send(request, deadline);
        } catch (ExchangeException e) {
            throw failed(permit, failures.of(e, deadline), null, System.nanoTime() - begun);
        }
        try {
            @Nullable Failure failure = failures.of(reply, request);
            if (failure == null) {
                T value = read(reply, reader);
                recent.succeeded(service);
                succeeded(permit, reply, System.nanoTime() - begun);
                return value;
            }
            if (failure.isRefusal()) {
                recent.refused(service, reply.status());
            }
            throw failed(permit, failure, reply.status(), System.nanoTime() - begun);
        } catch (UnreadableReplyException e) {
            throw failed(permit, failures.unreadable(e, reply), reply.status(), System.nanoTime() - begun);
        }
    }

    private static <T> T read(Reply reply, ReplyReader<T> reader) throws UnreadableReplyException {
        try {
            return reader.read(reply);
        } catch (RuntimeException e) {
            // Values validate themselves; their messages may quote the reply.
            throw new UnreadableReplyException(e.getClass().getSimpleName());
        }
    }

    private void succeeded(Permit permit, Reply reply, long nanos) {
        breaker.ended(permit, Verdict.HEALTHY, nanos, null);
        meter.ended(reply.status() == 402 ? CallOutcome.DECLINED : CallOutcome.SUCCESS, nanos);
    }

    private CallException failed(Permit permit, Failure failure, @Nullable Integer status, long nanos) {
        breaker.ended(permit, failure.verdict(), nanos, failure.exception());
        meter.ended(failure.outcome(), nanos);
        recent.failed(service, failures.operation(), failure.outcome(), status, failure.exception());
        if (failure.unlisted() != null) {
            meter.unlisted(failure.unlisted().tag());
            LOG.warn(
                    "undocumented answer of the provider: {}",
                    failure.exception().getMessage());
        }
        return failure.exception();
    }
}
