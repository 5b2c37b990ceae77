package dev.registrar;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.registrar.access.ApiKeyCommand;
import dev.registrar.admin.AdminPort;
import dev.registrar.api.DocsResource;
import dev.registrar.api.OpenApiResource;
import dev.registrar.api.RegistrationReader;
import dev.registrar.api.RegistrationResource;
import dev.registrar.api.RequestLimitsBundle;
import dev.registrar.api.UserResource;
import dev.registrar.call.SweepDuty;
import dev.registrar.database.Database;
import dev.registrar.database.DatabaseMigrationsBundle;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.metrics.StandingGauges;
import dev.registrar.notification.template.MessageTemplates;
import dev.registrar.notification.template.TemplateCatalog;
import dev.registrar.operations.AuditLog;
import dev.registrar.operations.BreakerOperations;
import dev.registrar.operations.BreakerOperations.BreakerOverrides;
import dev.registrar.operations.CompensationOperations;
import dev.registrar.operations.ErasureOperations;
import dev.registrar.operations.ErasureOperations.PersonalData;
import dev.registrar.operations.HourHistory;
import dev.registrar.operations.InquiryOperations;
import dev.registrar.operations.InstanceDrain;
import dev.registrar.operations.Purge;
import dev.registrar.operations.Purge.RetentionConfiguration;
import dev.registrar.operations.ReconcileOperations;
import dev.registrar.operations.RefundOperations;
import dev.registrar.operations.RegistrationOperations;
import dev.registrar.operations.ReplayOperations;
import dev.registrar.operations.ResendBatchOperations;
import dev.registrar.operations.ResendOperations;
import dev.registrar.operations.ServiceHealth;
import dev.registrar.operations.ServiceHealth.InvariantCheck;
import dev.registrar.operations.StandingReader;
import dev.registrar.operations.WorkerOperations;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.reconcile.ProviderInquiry;
import dev.registrar.registration.LiveProgress;
import dev.registrar.registration.Sweeper;
import dev.registrar.sandbox.SandboxCommand;
import dev.registrar.sandbox.SandboxServer;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.RetryStore;
import dev.registrar.temporal.EmbeddedTemporalFactory;
import dev.registrar.temporal.TemporalBundle;
import dev.registrar.temporal.TemporalWorker;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import jakarta.ws.rs.container.ContainerResponseFilter;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;

/** The service: {@code server config.yml}. */
public final class RegistrarApplication extends Application<RegistrarConfiguration> {

    /** Each answer takes at most two SQL statements. */
    private static final int ANSWER_THREADS = 8;

    /** Three calls each: four inquiries at once. */
    private static final int INQUIRY_THREADS = 12;

    /** Registrations that are undone at once; a lookup takes two calls. */
    private static final int LOOKUP_THREADS = 8;

    /** A healthy provider accepts a message in well under a second. */
    private static final Duration RESEND_ANSWER_WAIT = Duration.ofSeconds(5);

    private static final Duration SERVER_CHECK = Duration.ofSeconds(10);

    private final Clock clock = Clock.systemUTC();
    private final MetricsBundle metrics = new MetricsBundle();
    private final RegistrarMeters meters = new RegistrarMeters(metrics.registry());
    private final TemporalBundle<RegistrarConfiguration> temporal = new TemporalBundle<>(
            RegistrarConfiguration::getTemporal,
            metrics.registry(),
            configuration -> Encryption.of(configuration).payloadCodecs());

    public static void main(String[] args) throws Exception {
        fixLocaleAndTimeZone();
        new RegistrarApplication().run(args);
    }

    /**
     * What is written is read by programs on other machines: metrics with Arabic digits are not metrics, and the driver passes
     * the zone on to PostgreSQL, which does not know every name that the system knows.
     */
    private static void fixLocaleAndTimeZone() {
        Locale.setDefault(Locale.ROOT);
        TimeZone.setDefault(TimeZone.getTimeZone(ZoneOffset.UTC));
    }

    @Override
    public String getName() {
        return "registrar";
    }

    @Override
    public void initialize(Bootstrap<RegistrarConfiguration> bootstrap) {
        bootstrap.setConfigurationFactoryFactory(
                (type, validator, mapper, prefix) -> new ConfigurationReader(validator, mapper, prefix));
        bootstrap.addBundle(new LogGuard());
        bootstrap.addBundle(new StartupChecks());
        bootstrap.addBundle(metrics);
        bootstrap.addBundle(temporal);
        bootstrap.addBundle(new DatabaseMigrationsBundle<>(RegistrarConfiguration::getDatabase));
        bootstrap.addBundle(new RequestLimitsBundle<RegistrarConfiguration>(
                configuration -> configuration.getLimits().request()));
        bootstrap.addCommand(
                new SandboxCommand<>(RegistrarConfiguration.class, RegistrarConfiguration::getSandbox, clock));
        bootstrap.addCommand(new DemoCommand(this, clock, System::exit));
        bootstrap.addCommand(new ProbeCommand(clock, System.out, System::exit));
        bootstrap.addCommand(new ApiKeyCommand(new SecureRandom(), System.out));
    }

    @Override
    protected void addDefaultCommands(Bootstrap<RegistrarConfiguration> bootstrap) {
        bootstrap.addCommand(new ServerCommand<>(this));
        bootstrap.addCommand(new CheckCommand(metrics.registry(), System.out));
    }

    /** As inherited, but an error that the user can fix is reported in one sentence instead of a stack trace. */
    @Override
    public void run(String... arguments) {
        run(System.err, arguments).ifPresent(this::onFatalError);
    }

    /** Runs a command and reports what ended it on {@code err}, if anything did. */
    Optional<Throwable> run(PrintStream err, String... arguments) {
        Bootstrap<RegistrarConfiguration> bootstrap = new Bootstrap<>(this);
        addDefaultCommands(bootstrap);
        initialize(bootstrap);
        bootstrap.registerMetrics();
        return new BootErrors(err)
                .watch(errors -> CommandNames.of(bootstrap)
                        .refusal(arguments)
                        .or(() -> new Cli(new JarLocation(getClass()), bootstrap, System.out, errors).run(arguments)));
    }

    /** Managed objects start in this order and stop in reverse: dependencies come before their users. */
    @Override
    public void run(RegistrarConfiguration configuration, Environment environment) {
        BootErrors.sayOnce();
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
        TemplateCatalog templates = templates(configuration, stores);
        WorkflowStarters starters = WorkflowStarters.over(
                temporal.connection(), stores, outbound.breakers(), templates, configuration, meters, clock);
        ProviderServices providers =
                ProviderServices.over(configuration.getServices(), outbound, stores, templates, meters, clock);
        // Apart from the inquiries of operators, so that neither waits for the other.
        ExecutorService lookups = threads(environment, "lookups", LOOKUP_THREADS, LOOKUP_THREADS * 8, 1);
        TemporalWorker worker =
                starters.worker(temporal.connection(), stores, providers, lookups, configuration, meters, clock);
        environment.lifecycle().manage(worker);
        if (configuration.getTemporal() instanceof EmbeddedTemporalFactory) {
            stores.due().allLiveAreDue();
            sweep(environment, "EmbeddedServer", () -> renewServer(stores.due()), SERVER_CHECK);
        }
        environment.lifecycle().manage(starters.dispatcher());
        environment.lifecycle().manage(starters.sweeper(stores, configuration, meters));
        InstanceDrain drain = new InstanceDrain(
                configuration.getDrain().toJavaDuration(), List.of(stores.watch()::release, worker::finish));
        environment.lifecycle().addEventListener(drain);
        RetentionConfiguration retention = configuration.getRetention();
        // Each of these has its own thread, so that one that is slow never delays the others.
        Purge purge = new Purge(stores.jdbi(), retention, meters, clock);
        sweep(environment, "Purge", purge::run, retention.every().toJavaDuration());
        rest(starters, stores, configuration, environment);
        environment.jersey().register((ContainerResponseFilter) (request, response) -> {
            // If the connection closed unexpectedly, the client's next request would be lost.
            if (drain.isDraining()) {
                response.getHeaders().putSingle("Connection", "close");
            }
        });
        Access access = new Access(
                configuration, environment.getObjectMapper(), OperatorsConsole.seal(encryption.tokens()), clock);
        AdminPort admin = adminPort(
                starters,
                stores,
                outbound,
                inquiry(providers, configuration, environment),
                templates,
                worker,
                drain,
                environment);
        OperatorsConsole console = OperatorsConsole.over(
                admin, starters, stores, outbound, temporal.connection(), configuration, metrics, clock);
        sweep(environment, "HourHistory", console.history()::sample, HourHistory.INTERVAL);
        access.guard(admin.register(environment), console.port().rules(), environment);
        console.port().register(environment, access.sessions());
    }

    /** Before the in-process server fills the memory. */
    private void renewServer(DueRegistrations due) {
        if (temporal.connection().renewServer(due::anyIsAttended)) {
            due.allLiveAreDue();
        }
    }

    /** The configured templates, stored so that each message is sent with the text of its own version. */
    private TemplateCatalog templates(RegistrarConfiguration configuration, Stores stores) {
        MessageTemplates current = configuration.getNotification().loader().load();
        stores.templates().keep(current, clock.instant());
        return new TemplateCatalog(current, stores.templates()::find);
    }

    private void sweep(Environment environment, String name, Runnable duty, Duration interval) {
        environment.lifecycle().manage(new Sweeper(List.of(SweepDuty.named(name, duty)), interval, meters));
    }

    private static void rest(
            WorkflowStarters starters, Stores stores, RegistrarConfiguration configuration, Environment environment) {
        environment
                .getObjectMapper()
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
                .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE);
        RegistrationReader reader =
                new RegistrationReader(stores.registrations(), stores.ledger(), new LiveProgress(starters.engine()));
        int waiting = configuration.getLimits().waitingRequests();
        ExecutorService answers = threads(environment, "answers", ANSWER_THREADS, Math.max(1, waiting), 5);
        environment
                .jersey()
                .register(new RegistrationResource(
                        starters.registrations(),
                        reader,
                        stores.watch(),
                        answers,
                        waiting,
                        starters.commands(),
                        configuration.getRegistration()::maxAmountIn));
        environment.jersey().register(new UserResource(stores.accounts(), reader));
        environment.jersey().register(new OpenApiResource());
        if (configuration.getDocs().enabled()) {
            environment.jersey().register(new DocsResource());
        }
    }

    /**
     * A fixed number of threads, ended with the service.
     *
     * @param waiting tasks that may wait for a thread; further ones are refused
     * @param shutdownSeconds how long the tasks under way may last then
     */
    private static ExecutorService threads(
            Environment environment, String name, int count, int waiting, int shutdownSeconds) {
        return environment
                .lifecycle()
                .executorService(name + "-%d")
                .minThreads(count)
                .maxThreads(count)
                .workQueue(new LinkedBlockingQueue<>(waiting))
                .shutdownTime(io.dropwizard.util.Duration.seconds(shutdownSeconds))
                .build();
    }

    /** Threads beyond these would only wait for the same providers. */
    private ProviderInquiry inquiry(
            ProviderServices providers, RegistrarConfiguration configuration, Environment environment) {
        ExecutorService calls = threads(environment, "inquiries", INQUIRY_THREADS, INQUIRY_THREADS, 1);
        return new ProviderInquiry(
                providers.payments(),
                providers.profiles(),
                providers.accounts(),
                configuration.getServices().providers(),
                calls,
                ProviderInquiry.LIMIT,
                clock);
    }

    /** After {@link #rest}: the tasks use the mapper of the REST interface. */
    private AdminPort adminPort(
            WorkflowStarters starters,
            Stores stores,
            OutboundClients outbound,
            ProviderInquiry inquiry,
            TemplateCatalog templates,
            TemporalWorker worker,
            InstanceDrain drain,
            Environment environment) {
        AuditLog audit = new AuditLog(stores.jdbi(), stores.json(), meters, clock);
        BreakerOverrides overrides = new BreakerOverrides(stores.jdbi(), outbound.breakers(), clock);
        sweep(environment, "BreakerOverrides", overrides::apply, BreakerOverrides.INTERVAL);
        StandingReader standing = new StandingReader(
                stores.jdbi(), new StandingGauges(metrics.registry(), clock), starters.backlog()::counted, clock);
        sweep(environment, "StandingReader", standing::read, StandingReader.INTERVAL);
        InvariantCheck invariants = new InvariantCheck(stores.due(), meters);
        sweep(environment, "InvariantCheck", invariants::run, InvariantCheck.INTERVAL);
        BreakerOperations breakers = new BreakerOperations(outbound.breakers(), overrides, audit, clock);
        WorkerOperations workers = new WorkerOperations(worker, temporal.connection(), audit);
        meters.workerPaused(workers::isPaused);
        meters.refused(service -> outbound.refusedBy().keySet().stream()
                .anyMatch(step -> step.code().equals(service)));
        return new AdminPort(
                new CompensationOperations(stores.ledger(), starters.commands(), stores.inbox(), audit, clock),
                new ReplayOperations(
                        stores.ledger(), stores.batches(), stores.batchItems(), starters.commands(), audit, clock),
                new RegistrationOperations(
                        stores.registrations(),
                        starters.commands(),
                        starters.registrations(),
                        new RetryStore(stores.jdbi()),
                        audit,
                        clock),
                new InquiryOperations(stores.registrations(), stores.ledger(), stores.undoFailures(), inquiry, audit),
                new RefundOperations(stores.ledger(), starters.commands(), stores.inbox(), stores.json(), audit),
                new ResendOperations(
                        stores.registrations(),
                        stores.resends(),
                        starters.commands(),
                        starters.planner(stores),
                        audit,
                        RESEND_ANSWER_WAIT),
                new ResendBatchOperations(stores.resends(), stores.batches(), audit),
                new ReconcileOperations(starters.comparisons(), audit, clock),
                breakers,
                workers,
                new ErasureOperations(new PersonalData(stores.jdbi()), temporal.connection(), audit, clock),
                audit,
                new ServiceHealth(
                        stores.jdbi(),
                        stores.ledger(),
                        stores.due(),
                        invariants,
                        breakers,
                        outbound,
                        templates::missing,
                        workers,
                        temporal.connection(),
                        drain::isDraining));
    }
}
