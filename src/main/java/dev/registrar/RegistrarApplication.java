package dev.registrar;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.registrar.account.AccountStore;
import dev.registrar.account.StoredDatabaseService;
import dev.registrar.admin.AdminPort;
import dev.registrar.api.ProblemExceptionMapper;
import dev.registrar.api.RegistrationReader;
import dev.registrar.api.RegistrationResource;
import dev.registrar.api.UserResource;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.JdbiCompensationRecords;
import dev.registrar.compensation.JdbiReplayRecords;
import dev.registrar.compensation.ReplayStarter;
import dev.registrar.compensation.ReplayStore;
import dev.registrar.compensation.ReplayWorkflowImpl;
import dev.registrar.database.Database;
import dev.registrar.database.DatabaseMigrationsBundle;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Step;
import dev.registrar.notification.HttpEmailSender;
import dev.registrar.notification.HttpSmsSender;
import dev.registrar.notification.ProviderNotificationService;
import dev.registrar.operations.AuditLog;
import dev.registrar.operations.BreakerOperations;
import dev.registrar.operations.BreakerOverrides;
import dev.registrar.operations.CompensationOperations;
import dev.registrar.operations.ReconcileOperations;
import dev.registrar.operations.RegistrationOperations;
import dev.registrar.operations.ReplayOperations;
import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.ServiceHealth;
import dev.registrar.operations.WorkerOperations;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.payment.GatewayPaymentService;
import dev.registrar.payment.HttpPaymentGateway;
import dev.registrar.policy.CallFailureInterceptor;
import dev.registrar.policy.LocalAttempts;
import dev.registrar.policy.WorkflowEngine;
import dev.registrar.profile.HttpUserProfiles;
import dev.registrar.profile.ProviderUserProfileService;
import dev.registrar.reconcile.JdbiReconcileRecords;
import dev.registrar.reconcile.ReconcileService;
import dev.registrar.reconcile.ReconcileStore;
import dev.registrar.reconcile.ReconcileSweep;
import dev.registrar.reconcile.ReconcileWorkflowImpl;
import dev.registrar.registration.LateChargeSweep;
import dev.registrar.registration.LateChargeWatchWorkflowImpl;
import dev.registrar.registration.LiveProgress;
import dev.registrar.registration.NotificationResendWorkflowImpl;
import dev.registrar.registration.Policies;
import dev.registrar.registration.RegistrationCanceller;
import dev.registrar.registration.RegistrationInputFactory;
import dev.registrar.registration.RegistrationService;
import dev.registrar.registration.RegistrationStarter;
import dev.registrar.registration.RegistrationSweep;
import dev.registrar.registration.RegistrationWorkflowImpl;
import dev.registrar.registration.ResendStarter;
import dev.registrar.registration.Sweeper;
import dev.registrar.sandbox.SandboxCommand;
import dev.registrar.sandbox.SandboxServer;
import dev.registrar.store.CancelStore;
import dev.registrar.store.JdbiForwardGuard;
import dev.registrar.store.JdbiRegistrationRecords;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.ResendStore;
import dev.registrar.store.RetryStore;
import dev.registrar.store.SettledWatch;
import dev.registrar.store.SweepStore;
import dev.registrar.store.WatchStore;
import dev.registrar.temporal.PayloadJson;
import dev.registrar.temporal.TemporalBundle;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.TemporalWorker;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jdbi.v3.core.Jdbi;

/** The service: {@code server config.yml}. */
public final class RegistrarApplication extends Application<RegistrarConfiguration> {

    private final Clock clock = Clock.systemUTC();
    private final MetricsBundle metrics = new MetricsBundle();
    private final TemporalBundle<RegistrarConfiguration> temporal =
            new TemporalBundle<>(RegistrarConfiguration::getTemporal, metrics.registry());

    public static void main(String[] args) throws Exception {
        new RegistrarApplication().run(args);
    }

    @Override
    public String getName() {
        return "registrar";
    }

    @Override
    public void initialize(Bootstrap<RegistrarConfiguration> bootstrap) {
        bootstrap.setConfigurationSourceProvider(new SubstitutingSourceProvider(
                bootstrap.getConfigurationSourceProvider(), new EnvironmentVariableSubstitutor(false)));
        bootstrap.addBundle(metrics);
        bootstrap.addBundle(temporal);
        bootstrap.addBundle(new DatabaseMigrationsBundle<>(RegistrarConfiguration::getDatabase));
        bootstrap.addCommand(
                new SandboxCommand<>(RegistrarConfiguration.class, RegistrarConfiguration::getSandbox, clock));
        bootstrap.addCommand(new DemoCommand(this, clock, System::exit));
    }

    /** As inherited, but what the person at the keyboard can mend is one sentence instead of a stack trace. */
    @Override
    public void run(String... arguments) {
        Bootstrap<RegistrarConfiguration> bootstrap = new Bootstrap<>(this);
        addDefaultCommands(bootstrap);
        initialize(bootstrap);
        bootstrap.registerMetrics();
        new BootErrors(System.err)
                .watch(errors -> new Cli(new JarLocation(getClass()), bootstrap, System.out, errors).run(arguments))
                .ifPresent(this::onFatalError);
    }

    /** Managed objects start in this order and stop in the reverse: what is used comes before what uses it. */
    @Override
    public void run(RegistrarConfiguration configuration, Environment environment) {
        BootErrors.sayOnce();
        Database database = configuration.getDatabase().open(environment);
        if (configuration.getSandbox().enabled()) {
            environment.lifecycle().manage(new SandboxServer(configuration.getSandbox(), clock));
        }
        Jdbi jdbi = database.jdbi();
        ObjectMapper mapper = PayloadJson.mapper();
        JsonDataCodec codec = new JsonDataCodec(mapper);
        JsonColumns json = new JsonColumns(mapper);
        RegistrationStore store = new RegistrationStore(jdbi, codec, json);
        AccountStore accounts = new AccountStore(jdbi, codec);
        SettledWatch watch = new SettledWatch(store);
        environment.lifecycle().manage(watch);

        CompensationLedger ledger = new CompensationLedger(jdbi, json);

        LocalAttempts localAttempts = new LocalAttempts(clock);
        JdbiForwardGuard guard = new JdbiForwardGuard(jdbi);
        OutboundClients outbound = new OutboundClients(metrics.registry(), environment.metrics(), clock);
        environment.lifecycle().manage(outbound);
        ServicesConfiguration services = configuration.getServices();
        TemporalConnection connection = temporal.connection();
        ResendStore resends = new ResendStore(jdbi, codec, json);
        TemporalWorker worker = TemporalWorker.on(connection)
                .workflows(
                        RegistrationWorkflowImpl.class,
                        LateChargeWatchWorkflowImpl.class,
                        ReplayWorkflowImpl.class,
                        NotificationResendWorkflowImpl.class,
                        ReconcileWorkflowImpl.class)
                .activities(
                        new ProviderUserProfileService(
                                new HttpUserProfiles(outbound.client(Step.PROFILE, services.profile())), guard),
                        new GatewayPaymentService(
                                new HttpPaymentGateway(outbound.client(Step.PAYMENT, services.payment())),
                                guard,
                                clock),
                        new StoredDatabaseService(accounts, guard, clock),
                        new ProviderNotificationService(
                                new HttpEmailSender(outbound.client(Step.EMAIL, services.email())),
                                new HttpSmsSender(outbound.client(Step.SMS, services.sms()))),
                        new JdbiRegistrationRecords(jdbi, json, watch),
                        new JdbiCompensationRecords(jdbi, json),
                        new JdbiReplayRecords(jdbi, store),
                        new JdbiReconcileRecords(jdbi),
                        resends)
                .interceptors(new CallFailureInterceptor(localAttempts))
                .build();
        environment.lifecycle().manage(worker);

        WorkflowEngine engine =
                new WorkflowEngine(connection.client(), connection::workflowOptions, connection::withDeadline);
        RegistrationStarter starter = new RegistrationStarter(
                engine, configuration.getRegistration().startWithin().toJavaDuration());
        RegistrationInputFactory inputs = new RegistrationInputFactory(
                configuration.getRegistration(), services.longestCriticalCall(), localAttempts);
        ReplayStore replays = new ReplayStore(jdbi);
        Policies policies = inputs.policies();
        ReplayStarter replayStarter =
                new ReplayStarter(replays, engine, policies.replay(), policies.lookup(), policies.settleAfter(), clock);
        ReconcileStore comparisons = new ReconcileStore(jdbi);
        ReconcileService reconcile = new ReconcileService(
                comparisons, engine, policies.lookup(), policies.settleAfter(), configuration.getReconcile(), clock);
        ResendStarter resendStarter = new ResendStarter(resends, engine, inputs, clock);
        environment
                .lifecycle()
                .manage(new Sweeper(
                        List.of(
                                new RegistrationSweep(
                                        new SweepStore(jdbi, codec, json),
                                        ledger,
                                        engine,
                                        starter,
                                        inputs,
                                        configuration.getRegistration(),
                                        clock),
                                new LateChargeSweep(new WatchStore(jdbi), engine, inputs, clock),
                                replayStarter,
                                resendStarter,
                                new ReconcileSweep(comparisons, reconcile, configuration.getReconcile(), clock)),
                        configuration.getRegistration().sweepInterval().toJavaDuration()));
        RegistrationService registrations = new RegistrationService(store, inputs, starter, mapper, clock);

        RegistrationCanceller canceller = new RegistrationCanceller(new CancelStore(jdbi), engine, clock);

        RegistrationReader reader = new RegistrationReader(store, ledger, new LiveProgress(engine));
        ExecutorService answers = environment
                .lifecycle()
                .executorService("answers-%d")
                .minThreads(ANSWER_THREADS)
                .maxThreads(ANSWER_THREADS)
                .shutdownTime(io.dropwizard.util.Duration.seconds(5))
                .build();
        environment
                .getObjectMapper()
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE);
        environment.getObjectMapper().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
        environment.jersey().register(new ProblemExceptionMapper());
        environment
                .jersey()
                .register(new RegistrationResource(
                        registrations,
                        reader,
                        watch,
                        answers,
                        canceller,
                        configuration.getRegistration().maxAmount()));
        environment.jersey().register(new UserResource(accounts));

        AuditLog audit = new AuditLog(jdbi, json, clock);
        BreakerOverrides overrides = new BreakerOverrides(jdbi, outbound.breakers(), clock);
        // Of its own: a sweep that waits for Temporal must not hold up what an operator forced.
        environment.lifecycle().manage(new Sweeper(List.of(overrides::apply), BreakerOverrides.INTERVAL));
        BreakerOperations breakers = new BreakerOperations(outbound.breakers(), overrides, audit, clock);
        new AdminPort(
                        new CompensationOperations(ledger, store, audit, clock),
                        new ReplayOperations(ledger, replays, replayStarter, audit, clock),
                        new RegistrationOperations(store, canceller, registrations, new RetryStore(jdbi), audit, clock),
                        new ResendOperations(
                                store,
                                resends,
                                resendStarter,
                                configuration.getRegistration(),
                                audit,
                                clock,
                                RESEND_ANSWER_WAIT),
                        new ReconcileOperations(reconcile, audit, clock),
                        breakers,
                        new WorkerOperations(worker, connection, audit),
                        new ServiceHealth(jdbi, ledger, breakers, connection))
                .register(environment);
    }

    /** A message takes well under a second where its provider is well. */
    private static final Duration RESEND_ANSWER_WAIT = Duration.ofSeconds(5);

    /** Each puts an answer together with two statements at most. */
    private static final int ANSWER_THREADS = 8;
}
