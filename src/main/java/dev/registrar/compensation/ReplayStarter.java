package dev.registrar.compensation;

import dev.registrar.call.CallPolicy;
import dev.registrar.call.SweepDuty;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.compensation.ReplayStore.OpenBatch;
import dev.registrar.compensation.ReplayWorkflow.ReplayInput;
import dev.registrar.metrics.RegistrarMeters;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts batches of replays, and starts them again when their workflow is lost. Thread-safe. */
public final class ReplayStarter implements SweepDuty {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayStarter.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** How long a running batch is left alone by the sweepers; a start that was not needed does nothing. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    private static final BigDecimal MILLIS = BigDecimal.valueOf(1_000);

    private final ReplayStore store;
    private final WorkflowEngine engine;
    private final CallPolicy undo;
    private final CallPolicy lookup;
    private final Duration settleAfter;
    private final RegistrarMeters meters;
    private final Clock clock;

    public ReplayStarter(
            ReplayStore store,
            WorkflowEngine engine,
            CallPolicy undo,
            CallPolicy lookup,
            Duration settleAfter,
            RegistrarMeters meters,
            Clock clock) {
        this.meters = meters;
        this.store = store;
        this.engine = engine;
        this.undo = undo;
        this.lookup = lookup;
        this.settleAfter = settleAfter;
        this.clock = clock;
    }

    /** Starts the workflow where it is not running; false where Temporal did not say yes, and a sweeper will try again. */
    public boolean start(UUID batchId, BigDecimal rate) {
        return launch(batchId, rate) != Launch.FAILED;
    }

    private enum Launch {
        STARTED,
        RUNNING,
        FAILED
    }

    private Launch launch(UUID batchId, BigDecimal rate) {
        ReplayInput input = new ReplayInput(
                batchId,
                undo,
                lookup,
                settleAfter,
                Duration.ofMillis(MILLIS.divide(rate, 0, RoundingMode.HALF_UP).longValue()));
        try {
            boolean started = engine.startRepeatable(
                    ReplayWorkflow.class, ReplayWorkflow.id(batchId), workflow -> workflow::replay, input);
            return started ? Launch.STARTED : Launch.RUNNING;
        } catch (RuntimeException e) {
            LOG.warn("replay batch {} not started: {}", batchId, e.toString());
            return Launch.FAILED;
        }
    }

    /** Tells a running batch that its state was changed; one that is not reached sees it within a minute. */
    public void tell(UUID batchId) {
        try {
            engine.limits().within(LIMIT, () -> {
                engine.client()
                        .newWorkflowStub(ReplayWorkflow.class, ReplayWorkflow.id(batchId))
                        .look();
                return true;
            });
        } catch (RuntimeException e) {
            LOG.info("replay batch {} not told: {}", batchId, e.toString());
        }
    }

    @Override
    public void sweep() {
        for (OpenBatch batch : store.lease(clock.instant(), LEASE)) {
            if (launch(batch.id(), batch.rate()) == Launch.STARTED) {
                meters.sweeperFound("batch_restarted");
            }
        }
    }
}
