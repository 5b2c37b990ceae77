package dev.registrar;

import dev.registrar.call.LocalAttempts;
import dev.registrar.call.SweepDuty;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.dispatch.BatchRelease;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.dispatch.Dispatcher;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.outbound.Breakers;
import dev.registrar.reconcile.ReconcileService;
import dev.registrar.reconcile.ReconcileSweep;
import dev.registrar.registration.Policies;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.registration.RegistrationInputFactory;
import dev.registrar.registration.RegistrationService;
import dev.registrar.registration.Sweeper;
import dev.registrar.registration.TemporalRuns;
import dev.registrar.temporal.TemporalConnection;
import java.time.Clock;
import java.util.List;

/** What starts and wakes workflows, made once: for requests, for operators and for the dispatcher. */
record Starts(
        WorkflowEngine engine,
        RegistrationService registrations,
        Dispatcher dispatcher,
        CommandDesk commands,
        ReconcileService comparisons) {

    static Starts over(
            TemporalConnection connection,
            Stores stores,
            Breakers breakers,
            RegistrarConfiguration configuration,
            LocalAttempts localAttempts,
            RegistrarMeters meters,
            Clock clock) {
        RegistrationConfiguration registration = configuration.getRegistration();
        ServicesConfiguration services = configuration.getServices();
        WorkflowEngine engine =
                new WorkflowEngine(connection.client(), connection::workflowOptions, connection::withDeadline);
        RegistrationInputFactory inputs = new RegistrationInputFactory(
                registration,
                services.longestCriticalCall(),
                services.paymentGuarantees(),
                services.providers(),
                localAttempts);
        TemporalRuns runs = new TemporalRuns(
                engine,
                new WorkflowEngine(connection.client(), connection::workflowOptions, connection::withPatience),
                registration.startWithin().toJavaDuration(),
                stores.registrations(),
                inputs);
        Dispatcher dispatcher = new Dispatcher(
                stores.due(), runs, service -> blocksUndo(breakers, service), registration.dispatching(), meters);
        Policies policies = inputs.policies();
        return new Starts(
                engine,
                new RegistrationService(stores.registrations(), inputs, runs, stores.mapper(), meters, clock),
                dispatcher,
                new CommandDesk(stores.jdbi(), stores.transitions(), stores.inbox(), dispatcher::ring),
                new ReconcileService(
                        stores.comparisons(),
                        engine,
                        policies.lookup(),
                        policies.settleAfter(),
                        configuration.getReconcile(),
                        clock));
    }

    /** Whether a breaker that undo or lookups of this service need lets nothing through; a charge's own does not count. */
    private static boolean blocksUndo(Breakers breakers, String service) {
        return breakers.list().stream()
                .anyMatch(breaker -> breaker.name().startsWith(service)
                        && !breaker.name().endsWith("-charge")
                        && !breaker.name().endsWith("-create")
                        && breaker.isOpen());
    }

    /** The duties beside the dispatcher: batches are released, comparisons are started again. */
    Sweeper sweeper(Stores stores, RegistrarConfiguration configuration, RegistrarMeters meters, Clock clock) {
        BatchRelease release = new BatchRelease(stores.batches(), dispatcher);
        return new Sweeper(
                List.of(
                        SweepDuty.named("BatchRelease", release::round),
                        new ReconcileSweep(stores.comparisons(), comparisons, configuration.getReconcile(), clock)),
                configuration.getRegistration().dispatchInterval().toJavaDuration(),
                meters);
    }
}
