package dev.registrar.outbound;

import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.model.CallException;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What recently went wrong with each service, as this instance saw it: the last failed calls, and whether the provider refuses
 * us. Kept in memory, free of personal data. Thread-safe.
 */
public final class RecentFailures {

    /** Failed calls remembered for each service. */
    static final int KEPT = 10;

    private final Map<Step, Deque<FailedCall>> calls = new ConcurrentHashMap<>();
    private final Map<Step, Refusal> refusals = new ConcurrentHashMap<>();
    private final Clock clock;

    RecentFailures(Clock clock) {
        this.clock = clock;
    }

    /**
     * A call that was permitted and failed.
     *
     * @param outcome {@code rejected, unavailable} or {@code unknown}
     * @param status the HTTP status or SMTP reply; absent without an answer
     * @param code the provider's code of a rejection, otherwise ours
     */
    public record FailedCall(
            Instant at,
            String operation,
            String outcome,
            @Nullable Integer status,
            String code) {}

    /**
     * The provider refuses this service, independent of the request.
     *
     * @param status the last HTTP status or SMTP reply
     * @param since the first refusal since the last success
     */
    public record Refusal(int status, Instant since) {}

    /** The last failed calls of a service, newest first. */
    public List<FailedCall> of(Step service) {
        Deque<FailedCall> failed = calls.get(service);
        if (failed == null) {
            return List.of();
        }
        synchronized (failed) {
            return List.copyOf(failed);
        }
    }

    /** The services whose provider refuses us. */
    public Map<Step, Refusal> refusals() {
        return Map.copyOf(refusals);
    }

    void failed(Step service, String operation, CallOutcome outcome, @Nullable Integer status, CallException failure) {
        String code = failure instanceof RejectedException rejected ? rejected.providerCode() : failure.code();
        FailedCall call =
                new FailedCall(clock.instant(), operation, outcome.name().toLowerCase(Locale.ROOT), status, code);
        Deque<FailedCall> failed = calls.computeIfAbsent(service, key -> new ArrayDeque<>());
        synchronized (failed) {
            failed.addFirst(call);
            if (failed.size() > KEPT) {
                failed.removeLast();
            }
        }
    }

    void refused(Step service, int status) {
        Refusal first = new Refusal(status, clock.instant());
        refusals.merge(service, first, (earlier, now) -> new Refusal(now.status(), earlier.since()));
    }

    /** A call of the service succeeded. */
    void succeeded(Step service) {
        // Read first: the usual case writes no shared state.
        if (refusals.containsKey(service)) {
            refusals.remove(service);
        }
    }
}
