package dev.registrar;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.registrar.access.ApiKeyCommand;
import dev.registrar.account.StoredDatabaseService;
import dev.registrar.admin.AdminPort;
import dev.registrar.api.DrainResponseFilter;
import dev.registrar.api.OpenApiResource;
import dev.registrar.api.RegistrationReader;
import dev.registrar.api.RegistrationResource;
import dev.registrar.api.RequestLimitsBundle;
import dev.registrar.api.UserResource;
import dev.registrar.api.WaitingRoom;
import dev.registrar.call.CallFailure;
import dev.registrar.call.CallFailureInterceptor;
import dev.registrar.call.GuardInterceptor;
import dev.registrar.call.LocalAttempts;
import dev.registrar.call.LogContextInterceptor;
import dev.registrar.call.SweepDuty;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.JdbiCompensationRecords;
import dev.registrar.database.Database;
import dev.registrar.database.DatabaseMigrationsBundle;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.metrics.StandingGauges;
import dev.registrar.model.Step;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.HttpEmailSender;
import dev.registrar.notification.HttpSmsSender;
import dev.registrar.notification.ProviderNotificationService;
import dev.registrar.operations.AuditLog;
import dev.registrar.operations.BreakerOperations;
import dev.registrar.operations.BreakerOverrides;
import dev.registrar.operations.CompensationOperations;
import dev.registrar.operations.ErasureOperations;
import dev.registrar.operations.InstanceDrain;
import dev.registrar.operations.InvariantCheck;
import dev.registrar.operations.PersonalData;
import dev.registrar.operations.Purge;
import dev.registrar.operations.ReconcileOperations;
import dev.registrar.operations.RegistrationOperations;
import dev.registrar.operations.ReplayOperations;
import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.RetentionConfiguration;
import dev.registrar.operations.ServiceHealth;
import dev.registrar.operations.StandingReader;
import dev.registrar.operations.WorkerOperations;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.payment.GatewayPaymentService;
import dev.registrar.payment.HttpPaymentGateway;
import dev.registrar.profile.HttpUserProfiles;
import dev.registrar.profile.ProviderUserProfileService;
import dev.registrar.reconcile.JdbiReconcileRecords;
import dev.registrar.reconcile.ReconcileConfiguration;
import dev.registrar.reconcile.ReconcileWorkflowImpl;
import dev.registrar.registration.LiveProgress;
import dev.registrar.registration.RegistrationWorkflowImpl;
import dev.registrar.registration.Sweeper;
import dev.registrar.sandbox.SandboxCommand;
import dev.registrar.sandbox.SandboxServer;
import dev.registrar.store.JdbiCallGuards;
import dev.registrar.store.JdbiRegistrationRecords;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RetryStore;
import dev.registrar.temporal.EmbeddedTemporalFactory;
import dev.registrar.temporal.TemporalBundle;
import dev.registrar.temporal.TemporalWorker;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;

/** The service: {@code server config.yml}. */
public final class RegistrarApplication extends Application<RegistrarConfiguration> {

    /** Each puts an answer together with two statements at most. */
    private static final int ANSWER_THREADS = 8;

    /** A message takes well under a second where its provider is well. */
    private static final Duration RESEND_ANSWER_WAIT = Duration.ofSeconds(5);

    private final Clock clock = Clock.systemUTC();
    private final MetricsBundle metrics = new MetricsBundle();
    private final RegistrarMeters meters = new RegistrarMeters(metrics.registry());
    private final TemporalBundle<RegistrarConfiguration> temporal = new TemporalBundle<>(
            RegistrarConfiguration::getTemporal,
            metrics.registry(),
            configuration -> Encryption.of(configuration).payloadCodecs());

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
        bootstrap.addBundle(new LogGuard());
        bootstrap.addBundle(metrics);
        bootstrap.addBundle(temporal);
        bootstrap.addBundle(new DatabaseMigrationsBundle<>(RegistrarConfiguration::getDatabase));
        bootstrap.addBundle(new RequestLimitsBundle<RegistrarConfiguration>(
                configuration -> configuration.getLimits().request()));
        bootstrap.addCommand(
                new SandboxCommand<>(RegistrarConfiguration.class, RegistrarConfiguration::getSandbox, clock));
        bootstrap.addCommand(new DemoCommand(this, clock, System::exit));
        bootstrap.addCommand(new ApiKeyCommand(new SecureRandom(), System.out));
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
        SampleSecrets.refuse(configuration);
        Database database = configuration.getDatabase().open(environment);
        if (configuration.getSandbox().enabled()) {
            environment.lifecycle().manage(new SandboxServer(configuration.getSandbox(), clock));
        }
        Encryption encryption = Encryption.of(configuration);
        encryption.check(database.jdbi(), clock);
        Stores stores = Stores.over(database.jdbi(), encryption, configuration.getRegistration(), meters);
        environment.lifecycle().manage(stores.watch());
        OutboundClients outbound = new OutboundClients(metrics.registry(), environment.metrics(), clock);
        environment.lifecycle().manage(outbound);
        LocalAttempts localAttempts = new LocalAttempts(clock);
        Starts starts = Starts.over(
                temporal.connection(), stores, outbound.breakers(), configuration, localAttempts, meters, clock);
        TemporalWorker worker = worker(configuration, stores, starts, outbound, localAttempts);
        environment.lifecycle().manage(worker);
        if (configuration.getTemporal() instanceof EmbeddedTemporalFactory) {
            stores.due().allLiveAreDue();
        }
        environment.lifecycle().manage(starts.dispatcher());
        environment.lifecycle().manage(starts.sweeper(stores, configuration, meters, clock));
        InstanceDrain drain = new InstanceDrain(
                configuration.getDrain().toJavaDuration(), List.of(stores.watch()::release, worker::finish));
        environment.lifecycle().addEventListener(drain);
        environment.lifecycle().manage(purge(configuration, stores));
        rest(starts, stores, configuration, environment);
        environment.jersey().register(new DrainResponseFilter(drain::isDraining));
        Map<String, Boolean> tasks = adminPort(starts, stores, outbound, worker, drain, configuration, environment);
        new Access(configuration, environment.getObjectMapper(), clock).guard(tasks, environment);
    }

    /** Of its own: nobody waits for it, and it must not hold up those for whom somebody does. */
    private Sweeper purge(RegistrarConfiguration configuration, Stores stores) {
        RetentionConfiguration retention = configuration.getRetention();
        Purge purge = new Purge(stores.jdbi(), retention, meters, clock);
        return new Sweeper(
                List.of(SweepDuty.named("Purge", purge::run)), retention.every().toJavaDuration(), meters);
    }

    private TemporalWorker worker(
            RegistrarConfiguration configuration,
            Stores stores,
            Starts starts,
            OutboundClients outbound,
            LocalAttempts localAttempts) {
        ServicesConfiguration services = configuration.getServices();
        JdbiCallGuards guards = new JdbiCallGuards(stores.jdbi(), stores.transitions(), services.longestCriticalCall());
        return TemporalWorker.on(temporal.connection())
                .workflows(RegistrationWorkflowImpl.class, ReconcileWorkflowImpl.class)
                .calls(
                        CallFailure::whilePaused,
                        new ProviderUserProfileService(new HttpUserProfiles(
                                outbound.client(Step.PROFILE, services.profile()), services.profileGuarantees())),
                        new GatewayPaymentService(
                                new HttpPaymentGateway(
                                        outbound.client(Step.PAYMENT, services.payment()),
                                        services.paymentGuarantees()),
                                clock),
                        new StoredDatabaseService(stores.accounts(), meters, clock),
                        new ProviderNotificationService(
                                new HttpEmailSender(
                                        outbound.client(Step.EMAIL, services.email()),
                                        messageGuarantees(services.email())),
                                new HttpSmsSender(
                                        outbound.client(Step.SMS, services.sms()), messageGuarantees(services.sms()))))
                .activities(
                        new JdbiRegistrationRecords(
                                stores.jdbi(),
                                stores.json(),
                                stores.transitions(),
                                stores.inbox(),
                                stores.watch(),
                                meters,
                                starts.dispatcher()::ring),
                        new JdbiCompensationRecords(
                                stores.jdbi(),
                                stores.json(),
                                stores.transitions(),
                                stores.inbox(),
                                stores.registrations(),
                                meters),
                        new JdbiReconcileRecords(
                                stores.jdbi(),
                                starts.commands(),
                                configuration.getReconcile().repair() == ReconcileConfiguration.Repair.AUTOMATIC,
                                meters),
                        stores.resends())
                .interceptors(
                        new GuardInterceptor(guards, guards, services.providers()),
                        new CallFailureInterceptor(localAttempts),
                        new LogContextInterceptor())
                .build();
    }

    private static MessageGuarantees messageGuarantees(ServiceClientFactory service) {
        return new MessageGuarantees(service.guarantees().dedupesForOrDefault());
    }

    private static void rest(
            Starts starts, Stores stores, RegistrarConfiguration configuration, Environment environment) {
        environment
                .getObjectMapper()
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE);
        environment.getObjectMapper().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
        RegistrationReader reader =
                new RegistrationReader(stores.registrations(), stores.ledger(), new LiveProgress(starts.engine()));
        int waiting = configuration.getLimits().waitingRequests();
        ExecutorService answers = environment
                .lifecycle()
                .executorService("answers-%d")
                .minThreads(ANSWER_THREADS)
                .maxThreads(ANSWER_THREADS)
                .workQueue(new LinkedBlockingQueue<>(Math.max(1, waiting)))
                .shutdownTime(io.dropwizard.util.Duration.seconds(5))
                .build();
        environment
                .jersey()
                .register(new RegistrationResource(
                        starts.registrations(),
                        reader,
                        stores.watch(),
                        new WaitingRoom(answers, waiting),
                        starts.commands(),
                        configuration.getRegistration().maxAmount()));
        environment.jersey().register(new UserResource(stores.accounts(), stores.registrations()));
        environment.jersey().register(new OpenApiResource());
    }

    /** After {@link #rest}: the tasks print what the REST interface answers, by the same mapper. Returns their paths. */
    private Map<String, Boolean> adminPort(
            Starts starts,
            Stores stores,
            OutboundClients outbound,
            TemporalWorker worker,
            InstanceDrain drain,
            RegistrarConfiguration configuration,
            Environment environment) {
        AuditLog audit = new AuditLog(stores.jdbi(), stores.json(), meters, clock);
        BreakerOverrides overrides = new BreakerOverrides(stores.jdbi(), outbound.breakers(), clock);
        // Of its own: a sweep that waits for Temporal must not hold up what an operator forced.
        environment
                .lifecycle()
                .manage(new Sweeper(
                        List.of(SweepDuty.named("BreakerOverrides", overrides::apply)),
                        BreakerOverrides.INTERVAL,
                        meters));
        StandingReader standing =
                new StandingReader(stores.jdbi(), new StandingGauges(metrics.registry(), clock), clock);
        environment
                .lifecycle()
                .manage(new Sweeper(
                        List.of(SweepDuty.named("StandingReader", standing::read)), StandingReader.INTERVAL, meters));
        InvariantCheck invariants = new InvariantCheck(stores.due(), meters);
        environment
                .lifecycle()
                .manage(new Sweeper(
                        List.of(SweepDuty.named("InvariantCheck", invariants::run)), InvariantCheck.INTERVAL, meters));
        BreakerOperations breakers = new BreakerOperations(outbound.breakers(), overrides, audit, clock);
        WorkerOperations workers = new WorkerOperations(worker, temporal.connection(), audit);
        meters.workerPaused(workers::isPaused);
        CompensationLedger ledger = stores.ledger();
        RegistrationStore registrations = stores.registrations();
        return new AdminPort(
                        new CompensationOperations(ledger, starts.commands(), stores.inbox(), audit, clock),
                        new ReplayOperations(ledger, stores.batches(), starts.commands(), audit, clock),
                        new RegistrationOperations(
                                registrations,
                                starts.commands(),
                                starts.registrations(),
                                new RetryStore(stores.jdbi()),
                                audit,
                                clock),
                        new ResendOperations(
                                registrations,
                                stores.resends(),
                                starts.commands(),
                                configuration.getRegistration(),
                                audit,
                                RESEND_ANSWER_WAIT),
                        new ReconcileOperations(starts.comparisons(), audit, clock),
                        breakers,
                        workers,
                        new ErasureOperations(new PersonalData(stores.jdbi()), temporal.connection(), audit, clock),
                        new ServiceHealth(
                                stores.jdbi(),
                                ledger,
                                stores.due(),
                                invariants,
                                breakers,
                                outbound,
                                workers,
                                temporal.connection(),
                                drain::isDraining))
                .register(environment);
    }
}
