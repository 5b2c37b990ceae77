package dev.registrar;

import dev.registrar.call.LocalAttempts;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.compensation.ReplayStarter;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.reconcile.ReconcileService;
import dev.registrar.reconcile.ReconcileSweep;
import dev.registrar.registration.LateChargeSweep;
import dev.registrar.registration.Policies;
import dev.registrar.registration.RegistrationCanceller;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.registration.RegistrationInputFactory;
import dev.registrar.registration.RegistrationService;
import dev.registrar.registration.RegistrationStarter;
import dev.registrar.registration.RegistrationSweep;
import dev.registrar.registration.ResendStarter;
import dev.registrar.registration.Sweeper;
import dev.registrar.store.CancelStore;
import dev.registrar.store.SweepStore;
import dev.registrar.store.WatchStore;
import dev.registrar.temporal.TemporalConnection;
import java.time.Clock;
import java.util.List;

/** What starts workflows, made once: for requests, for operators and for the sweeper. */
record Starts(
        WorkflowEngine engine,
        RegistrationStarter starter,
        RegistrationInputFactory inputs,
        RegistrationService registrations,
        RegistrationCanceller canceller,
        ReplayStarter replays,
        ReconcileService comparisons,
        ResendStarter resends) {

    static Starts over(
            TemporalConnection connection,
            Stores stores,
            RegistrarConfiguration configuration,
            LocalAttempts localAttempts,
            RegistrarMeters meters,
            Clock clock) {
        RegistrationConfiguration registration = configuration.getRegistration();
        WorkflowEngine engine =
                new WorkflowEngine(connection.client(), connection::workflowOptions, connection::withDeadline);
        RegistrationStarter starter = new RegistrationStarter(
                new WorkflowEngine(connection.client(), connection::workflowOptions, connection::withPatience),
                registration.startWithin().toJavaDuration());
        RegistrationInputFactory inputs = new RegistrationInputFactory(
                registration,
                configuration.getServices().longestCriticalCall(),
                configuration.getServices().paymentGuarantees(),
                localAttempts);
        Policies policies = inputs.policies();
        return new Starts(
                engine,
                starter,
                inputs,
                new RegistrationService(stores.registrations(), inputs, starter, stores.mapper(), meters, clock),
                new RegistrationCanceller(new CancelStore(stores.jdbi()), engine, clock),
                new ReplayStarter(
                        stores.replays(),
                        engine,
                        policies.replay(),
                        policies.lookup(),
                        policies.settleAfter(),
                        meters,
                        clock),
                new ReconcileService(
                        stores.comparisons(),
                        engine,
                        policies.lookup(),
                        policies.settleAfter(),
                        configuration.getReconcile(),
                        clock),
                new ResendStarter(stores.resends(), engine, inputs, clock));
    }

    /** Looks after all that is started here: what was lost is started again. */
    Sweeper sweeper(Stores stores, RegistrarConfiguration configuration, RegistrarMeters meters, Clock clock) {
        RegistrationConfiguration registration = configuration.getRegistration();
        return new Sweeper(
                List.of(
                        new RegistrationSweep(
                                new SweepStore(stores.jdbi(), stores.codec(), stores.json()),
                                stores.ledger(),
                                engine,
                                starter,
                                inputs,
                                registration,
                                meters,
                                clock),
                        new LateChargeSweep(new WatchStore(stores.jdbi()), engine, inputs, meters, clock),
                        replays,
                        resends,
                        new ReconcileSweep(stores.comparisons(), comparisons, configuration.getReconcile(), clock)),
                registration.sweepInterval().toJavaDuration(),
                meters);
    }
}
