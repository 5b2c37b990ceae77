package dev.registrar.registration;

import dev.registrar.call.SweepDuty;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.compensation.UndoTarget;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.registration.LateChargeWatch.LateLook;
import dev.registrar.store.WatchStore;
import dev.registrar.store.WatchStore.Watched;
import java.time.Clock;

/** Starts the looks for late charges that are due. */
public final class LateChargeSweep implements SweepDuty {

    private static final int AT_ONCE = 100;

    private final WatchStore store;
    private final WorkflowEngine engine;
    private final Policies policies;
    private final RegistrarMeters meters;
    private final Clock clock;

    public LateChargeSweep(
            WatchStore store,
            WorkflowEngine engine,
            RegistrationInputFactory inputs,
            RegistrarMeters meters,
            Clock clock) {
        this.meters = meters;
        this.store = store;
        this.engine = engine;
        this.policies = inputs.policies();
        this.clock = clock;
    }

    @Override
    public void sweep() {
        for (Watched due : store.lease(clock.instant(), policies.lateChargeWatch(), AT_ONCE)) {
            UndoTarget target = new UndoTarget(
                    due.id(), due.userId(), due.price(), policies.undo(), policies.lookup(), policies.settleAfter());
            int stage = due.stage() + 1;
            if (engine.startRepeatable(
                    LateChargeWatch.class,
                    LateChargeWatch.id(target, stage),
                    watch -> watch::look,
                    new LateLook(target, stage))) {
                meters.sweeperFound("late_look");
            }
        }
    }
}
