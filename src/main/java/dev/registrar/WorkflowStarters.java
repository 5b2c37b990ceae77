package dev.registrar;

import dev.registrar.call.CallFailure;
import dev.registrar.call.CallFailureInterceptor;
import dev.registrar.call.GuardInterceptor;
import dev.registrar.call.LocalAttempts;
import dev.registrar.call.LogContextInterceptor;
import dev.registrar.call.SweepDuty;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.compensation.JdbiCompensationRecords;
import dev.registrar.compensation.SecondPayments;
import dev.registrar.dispatch.BatchRelease;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.dispatch.Dispatcher;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.outbound.Breakers;
import dev.registrar.reconcile.JdbiReconcileRecords;
import dev.registrar.reconcile.ReconcileConfiguration;
import dev.registrar.reconcile.ReconcileService;
import dev.registrar.reconcile.ReconcileWorkflowImpl;
import dev.registrar.registration.BacklogLimit;
import dev.registrar.registration.Messengers;
import dev.registrar.registration.Policies;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.registration.RegistrationInputFactory;
import dev.registrar.registration.RegistrationService;
import dev.registrar.registration.RegistrationWorkflowImpl;
import dev.registrar.registration.ResendPlanner;
import dev.registrar.registration.Sweeper;
import dev.registrar.registration.TemporalRuns;
import dev.registrar.store.JdbiCallGuards;
import dev.registrar.store.JdbiRegistrationRecords;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.TemporalWorker;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;

/** The objects that start, wake and run workflows, created once: for requests, operators and the dispatcher. */
record WorkflowStarters(
        WorkflowEngine engine,
        LocalAttempts localAttempts,
        Messengers messengers,
        RegistrationService registrations,
        BacklogLimit backlog,
        Dispatcher dispatcher,
        CommandDesk commands,
        ReconcileService comparisons) {

    static WorkflowStarters over(
            TemporalConnection connection,
            Stores stores,
            Breakers breakers,
            TemplateCatalog templates,
            RegistrarConfiguration configuration,
            RegistrarMeters meters,
            Clock clock) {
        RegistrationConfiguration registration = configuration.getRegistration();
        ServicesConfiguration services = configuration.getServices();
        WorkflowEngine engine =
                new WorkflowEngine(connection.client(), connection::workflowOptions, connection::withDeadline);
        LocalAttempts localAttempts = new LocalAttempts(clock);
        Messengers messengers = services.messengers(registration, templates);
        RegistrationInputFactory inputs = new RegistrationInputFactory(
                registration,
                services.longestCriticalCall(),
                services.payment().guarantees(),
                services.providers(),
                localAttempts,
                messengers,
                configuration.getFeatures().since());
        TemporalRuns runs = new TemporalRuns(engine, connection::begin, stores.registrations(), inputs);
        Dispatcher dispatcher = new Dispatcher(
                stores.due(), runs, service -> blocksUndo(breakers, service), registration.dispatching(), meters);
        connection.onReachable(reachable -> {
            if (reachable) {
                dispatcher.wake();
            }
        });
        BacklogLimit backlog = new BacklogLimit(registration.maxBacklog());
        Policies policies = inputs.policies();
        return new WorkflowStarters(
                engine,
                localAttempts,
                messengers,
                new RegistrationService(stores.registrations(), inputs, runs, backlog, stores.mapper(), meters, clock),
                backlog,
                dispatcher,
                new CommandDesk(stores.jdbi(), stores.transitions(), stores.inbox(), dispatcher::ring),
                new ReconcileService(
                        stores.comparisons(),
                        engine,
                        policies.lookup(),
                        policies.settleAfter(),
                        configuration.getReconcile(),
                        configuration.getFeatures().since(),
                        clock));
    }

    /** Whether a breaker needed by undo or lookups of this service is open; the charge's breaker does not count. */
    private static boolean blocksUndo(Breakers breakers, String service) {
        return breakers.list().stream()
                .anyMatch(breaker -> breaker.name().startsWith(service)
                        && !breaker.name().endsWith("-charge")
                        && !breaker.name().endsWith("-create")
                        && breaker.isOpen());
    }

    /** What resends send. */
    ResendPlanner planner(Stores stores) {
        return new ResendPlanner(stores.registrations(), stores.resends(), messengers);
    }

    /** The duties beside the dispatcher: releasing batches and restarting comparisons. */
    Sweeper sweeper(Stores stores, RegistrarConfiguration configuration, RegistrarMeters meters) {
        BatchRelease release = new BatchRelease(stores.batchItems(), planner(stores), dispatcher);
        return new Sweeper(
                List.of(SweepDuty.named("BatchRelease", release::round), comparisons),
                configuration.getRegistration().dispatchInterval().toJavaDuration(),
                meters);
    }

    /**
     * The worker that runs the workflows and makes their calls.
     *
     * @param lookups runs the calls of {@link SecondPayments}
     */
    TemporalWorker worker(
            TemporalConnection connection,
            Stores stores,
            ProviderServices providers,
            Executor lookups,
            RegistrarConfiguration configuration,
            RegistrarMeters meters,
            Clock clock) {
        ServicesConfiguration services = configuration.getServices();
        JdbiCallGuards guards = new JdbiCallGuards(stores.jdbi(), stores.transitions(), services.longestCriticalCall());
        return TemporalWorker.on(connection)
                .workflows(RegistrationWorkflowImpl.class, ReconcileWorkflowImpl.class)
                .calls(
                        CallFailure::whilePaused,
                        providers.profiles(),
                        providers.payments(),
                        providers.accounts(),
                        providers.notifications())
                .activities(
                        new JdbiRegistrationRecords(
                                stores.jdbi(),
                                stores.json(),
                                stores.transitions(),
                                stores.inbox(),
                                stores.watch(),
                                meters,
                                dispatcher::ring),
                        new JdbiCompensationRecords(
                                stores.jdbi(),
                                stores.json(),
                                stores.transitions(),
                                stores.inbox(),
                                stores.registrations(),
                                services.payment().guarantees().finds()
                                        ? SecondPayments.over(
                                                stores.registrations(),
                                                providers.payments(),
                                                services.providers(),
                                                lookups)
                                        : SecondPayments.notAsked(stores.registrations()),
                                meters),
                        new JdbiReconcileRecords(
                                stores.jdbi(),
                                commands,
                                configuration.getReconcile().repair() == ReconcileConfiguration.Repair.AUTOMATIC,
                                meters),
                        stores.resends())
                .interceptors(
                        new GuardInterceptor(guards, guards, services.providers()),
                        new CallFailureInterceptor(localAttempts, clock),
                        new LogContextInterceptor())
                .build();
    }
}
