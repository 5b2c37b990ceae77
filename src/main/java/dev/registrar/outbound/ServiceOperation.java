package dev.registrar.outbound;

import dev.registrar.metrics.CallMeter;
import dev.registrar.metrics.CallOutcome;
import dev.registrar.model.CallException;
import dev.registrar.outbound.Breaker.Permit;
import dev.registrar.outbound.Breaker.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a service: asks its breaker, makes the call once, classifies the answer, counts. Nothing is retried.
 * Thread-safe.
 */
public final class ServiceOperation {

    private final Breaker breaker;
    private final CallMeter meter;
    private final HttpExchange exchange;
    private final FailureClassifier failures;
    private final ProviderRefusals refusals;

    ServiceOperation(
            Breaker breaker,
            CallMeter meter,
            HttpExchange exchange,
            FailureClassifier failures,
            ProviderRefusals refusals) {
        this.breaker = breaker;
        this.meter = meter;
        this.exchange = exchange;
        this.failures = failures;
        this.refusals = refusals;
    }

    /**
     * Makes the call and reads its answer: a 2xx, or a status that the request lists as an answer.
     *
     * @throws dev.registrar.model.UnavailableException not sent, or a read that failed
     * @throws dev.registrar.model.RejectedException a definite no
     * @throws dev.registrar.model.UnknownOutcomeException it may have had its effect
     */
    public <T> T call(ServiceRequest request, Deadline deadline, ReplyReader<T> reader) {
        Permit permit = breaker.acquire();
        if (permit == Permit.REFUSED) {
            meter.ended(CallOutcome.BREAKER_OPEN, 0);
            throw failures.breakerOpen(breaker);
        }
        meter.attempted();
        long begun = System.nanoTime();
        try {
            Reply reply = exchange.send(request, deadline);
            @Nullable Failure failure = failures.of(reply, request);
            if (failure == null) {
                T value = read(reply, reader);
                refusals.succeeded();
                succeeded(permit, reply, System.nanoTime() - begun);
                return value;
            }
            if (failure.isRefusal()) {
                refusals.refused(reply.status());
            }
            throw failed(permit, failure, System.nanoTime() - begun);
        } catch (ExchangeException e) {
            throw failed(permit, failures.of(e, deadline), System.nanoTime() - begun);
        } catch (UnreadableReplyException e) {
            throw failed(permit, failures.unreadable(String.valueOf(e.getMessage())), System.nanoTime() - begun);
        }
    }

    private static <T> T read(Reply reply, ReplyReader<T> reader) throws UnreadableReplyException {
        try {
            return reader.read(reply);
        } catch (RuntimeException e) {
            // Values check themselves; what they say may quote the reply.
            throw new UnreadableReplyException(e.getClass().getSimpleName());
        }
    }

    private void succeeded(Permit permit, Reply reply, long nanos) {
        breaker.ended(permit, Verdict.HEALTHY, nanos, null);
        meter.ended(reply.status() == 402 ? CallOutcome.DECLINED : CallOutcome.SUCCESS, nanos);
    }

    private CallException failed(Permit permit, Failure failure, long nanos) {
        breaker.ended(permit, failure.verdict(), nanos, failure.exception());
        meter.ended(failure.outcome(), nanos);
        return failure.exception();
    }
}
