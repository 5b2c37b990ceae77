package dev.registrar.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One fault, as the control API reads and shows it. Neither {@code times} nor {@code probability}: it strikes always.
 *
 * @param service {@code profile, payment, email, sms}
 * @param operation of that service; absent: all for which the kind has a meaning (see {@link FaultKind})
 * @param times how many more matching requests it strikes; shown counting down
 * @param probability of striking a matching request, 0 … 1
 * @param millis milliseconds; required for latency, late and stale, optional for hang and drip, otherwise without a meaning
 * @param status for {@code status}: 300 … 599, default 500; for malformed, empty, huge and drip: sent in place of the
 *     honest status, so that {@code empty} with 500 is "500 after the effect"
 * @param retryAfter seconds, for {@code status}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Fault(
        String service,
        @Nullable String operation,
        FaultKind kind,
        @Nullable Integer times,
        @Nullable Double probability,
        @Nullable Long millis,
        @Nullable Integer status,
        @Nullable Integer retryAfter) {

    boolean matches(Operation candidate) {
        return service.equals(candidate.service())
                && (operation == null || operation.equals(candidate.verb()))
                && kind.appliesTo(candidate);
    }

    long millisOr(long otherwise) {
        return millis == null ? otherwise : millis;
    }

    int statusOr(int otherwise) {
        return status == null ? otherwise : status;
    }

    /** The status sent in place of an honest one: only a success is disguised, and only by a kind that does so. */
    int disguised(int honest) {
        boolean success = honest >= 200 && honest < 300;
        if (!success || !kind.changesAnswer()) {
            return honest;
        }
        // A 204 has no body that could be broken.
        return statusOr(honest == 204 && kind != FaultKind.EMPTY ? 200 : honest);
    }

    /** The status on the wire under this fault; 0 for none. */
    static int sent(int honest, @Nullable Fault fault) {
        if (fault == null) {
            return honest;
        }
        return fault.kind.unanswered() ? 0 : fault.disguised(honest);
    }

    /** The answer of {@code status}. */
    Reply statusReply() {
        return Reply.error(statusOr(500), "simulated_fault", "a fault of the sandbox")
                .with("Retry-After", retryAfter == null ? null : retryAfter.toString());
    }

    Fault withTimes(@Nullable Integer left) {
        return new Fault(service, operation, kind, left, probability, millis, status, retryAfter);
    }
}
