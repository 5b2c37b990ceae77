package dev.registrar.call;

import com.uber.m3.tally.Scope;
import dev.registrar.metrics.Metric;
import dev.registrar.model.Step;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Counts what only the workflow knows of a call, through Temporal's scope: a replay counts nothing again. Workflow code. */
final class CallCounts {

    private final Step service;

    CallCounts(Step service) {
        this.service = service;
    }

    /** Created lazily, so that a healthy call, which counts nothing, does not pay for it. */
    private Scope scope() {
        return Workflow.getMetricsScope().tagged(Map.of(Metric.Tag.SERVICE.key(), service.code()));
    }

    void waits(CallMonitor.WaitReason reason, Duration duration) {
        scope().tagged(Map.of(Metric.Tag.WAIT_REASON.key(), reason.name().toLowerCase(Locale.ROOT)))
                .timer(Metric.WAIT.id())
                .record(com.uber.m3.util.Duration.ofMillis((double) duration.toMillis()));
    }

    /** @param attempts calls made in all */
    void ended(int attempts) {
        if (attempts > 1) {
            scope().counter(Metric.RETRIES.id()).inc(attempts - 1L);
        }
    }

    /** A definite refusal does not count as exhaustion: retries would not have helped. */
    void gaveUp(CallFailure failure, int attempts, int allowed) {
        ended(attempts);
        boolean patience = failure.kind().waits() && attempts < allowed;
        if (patience || failure.kind().retriedByTemporal()) {
            scope().tagged(Map.of(Metric.Tag.EXHAUSTED_REASON.key(), patience ? "patience" : "attempts"))
                    .counter(Metric.RETRIES_EXHAUSTED.id())
                    .inc(1);
        }
    }
}
