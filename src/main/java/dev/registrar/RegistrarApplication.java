package dev.registrar;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.registrar.account.AccountStore;
import dev.registrar.account.StoredDatabaseService;
import dev.registrar.admin.DependencyHealthCheck;
import dev.registrar.api.ProblemExceptionMapper;
import dev.registrar.api.RegistrationReader;
import dev.registrar.api.RegistrationResource;
import dev.registrar.api.UserResource;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.JdbiCompensationRecords;
import dev.registrar.database.Database;
import dev.registrar.database.DatabaseMigrationsBundle;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Step;
import dev.registrar.notification.HttpEmailSender;
import dev.registrar.notification.HttpSmsSender;
import dev.registrar.notification.ProviderNotificationService;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.payment.GatewayPaymentService;
import dev.registrar.payment.HttpPaymentGateway;
import dev.registrar.policy.CallFailureInterceptor;
import dev.registrar.policy.LocalAttempts;
import dev.registrar.profile.HttpUserProfiles;
import dev.registrar.profile.ProviderUserProfileService;
import dev.registrar.registration.LiveProgress;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.registration.RegistrationInputFactory;
import dev.registrar.registration.RegistrationService;
import dev.registrar.registration.RegistrationStarter;
import dev.registrar.registration.RegistrationWorkflowImpl;
import dev.registrar.registration.Sweeper;
import dev.registrar.registration.WorkflowEngine;
import dev.registrar.sandbox.SandboxCommand;
import dev.registrar.sandbox.SandboxServer;
import dev.registrar.store.JdbiForwardGuard;
import dev.registrar.store.JdbiRegistrationRecords;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.SettledWatch;
import dev.registrar.store.SweepStore;
import dev.registrar.temporal.PayloadJson;
import dev.registrar.temporal.TemporalBundle;
import dev.registrar.temporal.TemporalConnection;
import dev.registrar.temporal.TemporalHealthCheck;
import dev.registrar.temporal.TemporalWorker;
import io.dropwizard.configuration.EnvironmentVariableSubstitutor;
import io.dropwizard.configuration.SubstitutingSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import org.jdbi.v3.core.Jdbi;

/** The service: {@code server config.yml}. */
public final class RegistrarApplication extends Application<RegistrarConfiguration> {

    /** Each puts an answer together with two statements at most. */
    private static final int ANSWER_THREADS = 8;

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
        Stores stores = Stores.over(database.jdbi());
        environment.lifecycle().manage(stores.watch());
        LocalAttempts localAttempts = new LocalAttempts(clock);
        environment.lifecycle().manage(worker(configuration.getServices(), stores, localAttempts, environment));

        RegistrationConfiguration registration = configuration.getRegistration();
        TemporalConnection connection = temporal.connection();
        WorkflowEngine engine =
                new WorkflowEngine(connection.client(), connection::workflowOptions, connection::withDeadline);
        RegistrationStarter starter =
                new RegistrationStarter(engine, registration.startWithin().toJavaDuration());
        RegistrationInputFactory inputs = new RegistrationInputFactory(
                registration, configuration.getServices().longestCriticalCall(), localAttempts);
        environment
                .lifecycle()
                .manage(new Sweeper(
                        new SweepStore(stores.jdbi(), stores.codec()), engine, starter, inputs, registration, clock));
        rest(
                new RegistrationService(stores.registrations(), inputs, starter, stores.mapper(), clock),
                new LiveProgress(engine),
                stores,
                registration,
                environment);
        environment
                .healthChecks()
                .register(
                        "postgresql",
                        new DependencyHealthCheck(
                                "PostgreSQL", () -> stores.registrations().answers()));
        TemporalHealthCheck temporalCheck = new TemporalHealthCheck(connection);
        environment
                .healthChecks()
                .register(
                        "temporal",
                        new DependencyHealthCheck(
                                "Temporal", () -> temporalCheck.execute().isHealthy()));
    }

    /** What reads and writes the database, made once. */
    private record Stores(
            Jdbi jdbi,
            ObjectMapper mapper,
            JsonDataCodec codec,
            JsonColumns json,
            RegistrationStore registrations,
            AccountStore accounts,
            SettledWatch watch) {

        static Stores over(Jdbi jdbi) {
            ObjectMapper mapper = PayloadJson.mapper();
            JsonDataCodec codec = new JsonDataCodec(mapper);
            JsonColumns json = new JsonColumns(mapper);
            RegistrationStore registrations = new RegistrationStore(jdbi, codec, json);
            return new Stores(
                    jdbi,
                    mapper,
                    codec,
                    json,
                    registrations,
                    new AccountStore(jdbi, codec),
                    new SettledWatch(registrations));
        }
    }

    private TemporalWorker worker(
            ServicesConfiguration services, Stores stores, LocalAttempts localAttempts, Environment environment) {
        JdbiForwardGuard guard = new JdbiForwardGuard(stores.jdbi());
        OutboundClients outbound = new OutboundClients(metrics.registry(), environment.metrics(), clock);
        environment.lifecycle().manage(outbound);
        return TemporalWorker.on(temporal.connection())
                .workflows(RegistrationWorkflowImpl.class)
                .activities(
                        new ProviderUserProfileService(
                                new HttpUserProfiles(outbound.client(Step.PROFILE, services.profile())), guard),
                        new GatewayPaymentService(
                                new HttpPaymentGateway(outbound.client(Step.PAYMENT, services.payment())),
                                guard,
                                clock),
                        new StoredDatabaseService(stores.accounts(), guard, clock),
                        new ProviderNotificationService(
                                new HttpEmailSender(outbound.client(Step.EMAIL, services.email())),
                                new HttpSmsSender(outbound.client(Step.SMS, services.sms()))),
                        new JdbiRegistrationRecords(stores.jdbi(), stores.json(), stores.watch()),
                        new JdbiCompensationRecords(stores.jdbi(), stores.json()))
                .interceptors(new CallFailureInterceptor(localAttempts))
                .build();
    }

    private static void rest(
            RegistrationService service,
            LiveProgress live,
            Stores stores,
            RegistrationConfiguration registration,
            Environment environment) {
        environment
                .getObjectMapper()
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE);
        environment.getObjectMapper().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
        RegistrationReader reader =
                new RegistrationReader(stores.registrations(), new CompensationLedger(stores.jdbi()), live);
        ExecutorService answers = environment
                .lifecycle()
                .executorService("answers-%d")
                .minThreads(ANSWER_THREADS)
                .maxThreads(ANSWER_THREADS)
                .shutdownTime(io.dropwizard.util.Duration.seconds(5))
                .build();
        environment.jersey().register(new ProblemExceptionMapper());
        environment
                .jersey()
                .register(new RegistrationResource(service, reader, stores.watch(), answers, registration.maxAmount()));
        environment.jersey().register(new UserResource(stores.accounts()));
    }
}
