package dev.registrar.call;

import dev.registrar.model.AttemptFailure;
import dev.registrar.model.CallException;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failed attempts of one activity. Temporal reports only the last one to the workflow; the earlier ones are kept in the
 * activity's heartbeat details, and travel with the result or the last failure. Written only by an attempt that failed. Not
 * thread-safe: one instance per attempt.
 */
final class FailedAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(FailedAttempts.class);

    private final ActivityExecutionContext context;
    private final ActivityInfo info;
    private final Clock clock;

    FailedAttempts(ActivityExecutionContext context, Clock clock) {
        this.context = context;
        this.info = context.getInfo();
        this.clock = clock;
    }

    /** Those before this attempt; one that left no trace, because its worker was lost, is unknown. */
    List<AttemptFailure> earlier() {
        List<AttemptFailure> known = kept();
        int last = known.isEmpty() ? 0 : known.get(known.size() - 1).attempt();
        Instant noticed = Instant.ofEpochMilli(info.getCurrentAttemptScheduledTimestamp());
        for (int lost = Math.max(last + 1, info.getAttempt() - AttemptFailure.MOST); lost < info.getAttempt(); lost++) {
            known = AttemptFailure.unknown(lost, noticed).addedTo(known);
        }
        return known;
    }

    /** What the attempt before this one left, whatever heartbeats this one has sent; none if it is unreadable. */
    private List<AttemptFailure> kept() {
        if (info.isLocal() || info.getAttempt() == 1) {
            return List.of();
        }
        try {
            return context.getLastHeartbeatDetails(AttemptFailure[].class)
                    .map(List::of)
                    .orElse(List.of());
        } catch (RuntimeException e) {
            // The outcome of the call counts more.
            LOG.warn("the failed attempts of {} are unreadable: {}", info.getWorkflowId(), e.getClass());
            return List.of();
        }
    }

    /** The failure with all that failed; kept for the next attempt if there may be one. */
    CallFailure with(CallFailure failure, CallException thrown) {
        List<AttemptFailure> all =
                AttemptFailure.of(thrown, info.getAttempt(), clock.instant()).addedTo(earlier());
        if (failure.kind().retriedByTemporal() && !info.isLocal()) {
            keep(all);
        }
        return failure.with(all);
    }

    /** The failure of an attempt that ended by an exception that nobody expected. */
    CallFailure unexpected(CallFailure failure) {
        return failure.with(
                AttemptFailure.unknown(info.getAttempt(), clock.instant()).addedTo(kept()));
    }

    /** The failure of an attempt that a guard refused. */
    CallFailure refused(CallFailure failure) {
        return failure.with(earlier());
    }

    private void keep(List<AttemptFailure> failures) {
        try {
            context.heartbeat(failures);
        } catch (RuntimeException e) {
            // The failure itself counts more: the details are kept if it is reported.
            LOG.debug("heartbeat of {} not sent", info.getWorkflowId(), e);
        }
    }
}
