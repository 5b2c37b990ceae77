package dev.registrar.outbound;

import dev.registrar.metrics.CallOutcome;
import dev.registrar.model.CallException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.UnavailableException;
import dev.registrar.outbound.Breaker.Verdict;

/** What a failed call means: for the caller, and for the breaker. */
record Failure(CallException exception, Verdict verdict) {

    CallOutcome outcome() {
        if (exception instanceof RejectedException) {
            return CallOutcome.REJECTED;
        }
        return exception instanceof UnavailableException ? CallOutcome.UNAVAILABLE : CallOutcome.UNKNOWN;
    }
}
