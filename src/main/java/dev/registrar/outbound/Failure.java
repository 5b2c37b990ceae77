package dev.registrar.outbound;

import dev.registrar.metrics.CallOutcome;
import dev.registrar.model.CallException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.outbound.Breaker.Verdict;

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
