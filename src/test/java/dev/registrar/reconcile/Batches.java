package dev.registrar.reconcile;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.ReplayBatch;
import dev.registrar.compensation.ReplayBatch.BatchItem;
import dev.registrar.compensation.ReplayResult;
import dev.registrar.compensation.ReplayStarter;
import dev.registrar.compensation.ReplayState;
import dev.registrar.compensation.ReplayStore;
import dev.registrar.compensation.ReplayWorkflow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Batches of replays on a {@link RepairRig}. */
public final class Batches {

    private static final int LOOKS = 1_200;

    private final RepairRig rig;

    public Batches(RepairRig rig) {
        this.rig = rig;
    }

    public ReplayStore store() {
        return new ReplayStore(rig.jdbi(), rig.meters());
    }

    public ReplayStarter starter() {
        return new ReplayStarter(
                store(), rig.engine(), RepairRig.POLICY, RepairRig.POLICY, RepairRig.SETTLE, rig.meters(), rig.clock());
    }

    /** Freezes these rows, and starts nothing. */
    public UUID freeze(String rate, List<Compensation> rows) {
        UUID id = UUID.randomUUID();
        store().create(id, "tester", "a test", new BigDecimal(rate), rows, rig.now());
        return id;
    }

    public UUID start(String rate, List<Compensation> rows) {
        UUID id = freeze(rate, rows);
        starter().start(id, new BigDecimal(rate));
        return id;
    }

    public UUID start(Compensation... rows) {
        return start("10", List.of(rows));
    }

    /** Lets time go on until the batch has stopped, or has ended and its workflow too. */
    public ReplayBatch await(UUID id) {
        ReplayBatch batch = awaitUntil(id, each -> each.state() != ReplayState.RUNNING);
        if (batch.state().over()) {
            rig.await(ReplayWorkflow.id(id));
        }
        return batch;
    }

    /** Lets time go on, until the batch is like this. */
    public ReplayBatch awaitUntil(UUID id, Predicate<ReplayBatch> condition) {
        for (int i = 0; i < LOOKS; i++) {
            ReplayBatch batch = find(id);
            if (condition.test(batch)) {
                return batch;
            }
            rig.environment().sleep(Duration.ofMillis(500));
        }
        throw new AssertionError("the batch stays " + find(id));
    }

    public ReplayBatch find(UUID id) {
        return store().find(id).orElseThrow();
    }

    /** As an operator does: the table, then the workflow. */
    public void change(UUID id, ReplayState state) {
        if (!store().change(id, state, rig.now())) {
            throw new AssertionError("the batch has ended");
        }
        starter().tell(id);
    }

    public static List<@Nullable ReplayResult> results(ReplayBatch batch) {
        return batch.items().stream().map(BatchItem::result).toList();
    }
}
