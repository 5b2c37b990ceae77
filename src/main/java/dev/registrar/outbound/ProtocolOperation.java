package dev.registrar.outbound;

import dev.registrar.metrics.CallMeter;
import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.model.CallDetails;
import dev.registrar.model.CallException;
import dev.registrar.model.CallLimit;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.outbound.Breakers.Breaker;
import dev.registrar.outbound.Breakers.Breaker.Permit;
import dev.registrar.outbound.Breakers.Breaker.Verdict;
import dev.registrar.outbound.ErrorDialect.UnlistedValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operation of a service that does not speak HTTP, under the same rules as {@link ServiceOperation}: checks its
 * breaker, makes the call once under one deadline, counts it. The call itself classifies its failures. Nothing is
 * retried. Thread-safe.
 */
public final class ProtocolOperation {

    private static final Logger LOG = LoggerFactory.getLogger(ProtocolOperation.class);

    private final Step service;
    private final Breaker breaker;
    private final CallMeter meter;
    private final FailureClassifier failures;
    private final DeadlineWatch watch;
    private final RecentFailures recent;
    private final Duration deadline;
    private final Duration localDeadline;

    ProtocolOperation(
            Step service,
            Breaker breaker,
            CallMeter meter,
            FailureClassifier failures,
            DeadlineWatch watch,
            RecentFailures recent,
            Duration deadline,
            Duration localDeadline) {
        this.service = service;
        this.breaker = breaker;
        this.meter = meter;
        this.failures = failures;
        this.watch = watch;
        this.recent = recent;
        this.deadline = deadline;
        this.localDeadline = localDeadline;
    }

    /**
     * Makes the call; it is aborted at its deadline. The breaker counts a rejection as a success, a failure caused by
     * the limit of a local attempt not at all, and any other as a failure.
     *
     * @throws CallException what the call threw, or unavailable if the breaker is open
     */
    public <T> T call(CallLimit limit, ProtocolCall<T> call) {
        Permit permit = breaker.acquire();
        if (permit == Permit.REFUSED) {
            meter.ended(CallOutcome.BREAKER_OPEN, 0);
            throw failures.breakerOpen(breaker);
        }
        meter.attempted();
        long begun = System.nanoTime();
        Deadline end = new Deadline(limit, limit == CallLimit.LOCAL ? localDeadline : deadline);
        DeadlineWatch.Entry ending = watch.at(end, call::abort);
        try {
            T value = call.make(end);
            recent.succeeded(service);
            long nanos = System.nanoTime() - begun;
            breaker.ended(permit, Verdict.HEALTHY, nanos, null);
            meter.ended(CallOutcome.SUCCESS, nanos);
            return value;
        } catch (CallException e) {
            long nanos = System.nanoTime() - begun;
            if (e instanceof UnavailableException unavailable && unavailable.reason() == Reason.BLOCKED) {
                recent.refused(service, call.lastReply());
            }
            breaker.ended(permit, verdict(e, end), nanos, e);
            meter.ended(outcome(e), nanos);
            recent.failed(service, failures.operation(), outcome(e), status(call), e);
            if (call.isUnlistedReply()) {
                meter.unlisted(UnlistedValue.STATUS.tag());
                LOG.warn("undocumented answer of the provider: {}", e.getMessage());
            }
            throw end.isOver() && !e.details().answered() ? e.with(CallDetails.noAnswer("timeout")) : e;
        } finally {
            ending.close();
        }
    }

    private static Verdict verdict(CallException failure, Deadline end) {
        if (failure instanceof RejectedException) {
            return Verdict.HEALTHY;
        }
        return end.isLocal() && end.isOver() ? Verdict.NOTHING : Verdict.FAILING;
    }

    private static @Nullable Integer status(ProtocolCall<?> call) {
        int reply = call.lastReply();
        return reply == 0 ? null : Integer.valueOf(reply);
    }

    private static CallOutcome outcome(CallException failure) {
        if (failure instanceof RejectedException) {
            return CallOutcome.REJECTED;
        }
        return failure instanceof UnavailableException ? CallOutcome.UNAVAILABLE : CallOutcome.UNKNOWN;
    }

    /** One call over one connection. */
    public interface ProtocolCall<T> {

        /**
         * Makes the call.
         *
         * @throws CallException unavailable if it had no effect, rejected after a definite refusal, unknown otherwise;
         *     nothing else
         */
        T make(Deadline deadline);

        /** Ends the call by closing its connection. Called by another thread, also before there is a connection. */
        void abort();

        /** The code with which the provider answered last, 0 without an answer; shown if it refuses us. */
        int lastReply();

        /** Whether the last reply is not in the adapter's table; it is counted. */
        boolean isUnlistedReply();
    }
}
