package dev.registrar.compensation;

import dev.registrar.call.Timers;
import dev.registrar.compensation.ReplayRecords.BatchReference;
import dev.registrar.compensation.ReplayRecords.BatchState;
import dev.registrar.compensation.ReplayRecords.Item;
import dev.registrar.compensation.ReplayRecords.ItemResult;
import dev.registrar.compensation.ReplayRecords.NextItem;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Works a batch off, item by item, at the pace asked for; stops by itself when it does more harm than good. */
public final class ReplayWorkflowImpl implements ReplayWorkflow {

    /** A history stays far below the server's limits, paused or not; then the workflow goes on as a new one. */
    private static final int ROUNDS_A_RUN = 200;

    /** How long somebody else who is at the same undo may take before this batch gives the item up. */
    private static final Duration PATIENCE_WITH_OTHERS = Duration.ofMinutes(2);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration PAUSED_LOOK = Duration.ofMinutes(1);
    private static final int RECENT = 10;

    private final ReplayRecords records = records();
    private int done;
    private boolean asked;

    /** The tables of replays: retried until they succeed. */
    static ReplayRecords records() {
        return Workflow.newActivityStub(
                ReplayRecords.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .build());
    }

    @Override
    public void replay(ReplayInput input) {
        Duration waitedForOthers = Duration.ZERO;
        for (int round = 0; round < ROUNDS_A_RUN; round++) {
            asked = false;
            NextItem next = records.nextItem(new BatchReference(input.batchId(), now()));
            if (next.state() == ReplayState.PAUSED || next.state() == ReplayState.STOPPED) {
                Timers.await(PAUSED_LOOK, () -> asked);
                continue;
            }
            Item item = next.item();
            if (next.state().over() || item == null) {
                if (!next.state().over()) {
                    records.recordState(
                            new BatchState(input.batchId(), ReplayState.DONE, "all rows were tried", now()));
                }
                return;
            }
            if (!item.claimed() && waitedForOthers.compareTo(PATIENCE_WITH_OTHERS) < 0) {
                waitedForOthers = waitedForOthers.plus(LOOK_AGAIN);
                Workflow.sleep(LOOK_AGAIN);
                continue;
            }
            waitedForOthers = Duration.ZERO;
            ReplayResult result = item.claimed() ? new ReplayItem(item, input).run() : ReplayResult.UNKNOWN;
            records.recordItem(new ItemResult(
                    input.batchId(),
                    item.position(),
                    item.compensationId(),
                    result,
                    item.claimed() ? null : "undo_under_way",
                    now()));
            done++;
            String reason = reasonToStop(result, next.recent());
            if (reason != null && next.left() > 1) {
                records.recordState(new BatchState(input.batchId(), ReplayState.STOPPED, reason, now()));
            } else {
                Workflow.sleep(input.pause());
            }
        }
        Workflow.continueAsNew(input);
    }

    /** The first item, and the first after a stop, is a probe; later more than half of the last ten decide. */
    private static @Nullable String reasonToStop(ReplayResult result, List<ReplayResult> before) {
        if (before.isEmpty()) {
            return result == ReplayResult.VERIFIED ? null : "the first row, a probe, was not verified";
        }
        long failing = before.stream()
                        .limit(RECENT - 1)
                        .filter(earlier -> earlier != ReplayResult.VERIFIED)
                        .count()
                + (result == ReplayResult.VERIFIED ? 0 : 1);
        boolean enough = before.size() + 1 >= RECENT;
        return enough && failing * 2 > RECENT ? "more than half of the last ten rows were not verified" : null;
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    @Override
    public void look() {
        asked = true;
    }

    @Override
    public int done() {
        return done;
    }
}
