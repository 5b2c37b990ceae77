package dev.registrar.interleaving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.registrar.account.AccountStore;
import dev.registrar.account.StoredDatabaseService;
import dev.registrar.call.CallFailureInterceptor;
import dev.registrar.call.GuardInterceptor;
import dev.registrar.call.LocalAttempts;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.compensation.CompensationRecords;
import dev.registrar.compensation.JdbiCompensationRecords;
import dev.registrar.compensation.SecondPayments;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.dispatch.Dispatcher;
import dev.registrar.interleaving.PlantedBugs.Bug;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Release;
import dev.registrar.model.Step;
import dev.registrar.model.UndoGuard;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.EmailSender.MessageGuarantees;
import dev.registrar.notification.ProviderNotificationService;
import dev.registrar.operations.AuditLog;
import dev.registrar.operations.CompensationOperations;
import dev.registrar.payment.GatewayPaymentService;
import dev.registrar.payment.PaymentService;
import dev.registrar.profile.ProviderUserProfileService;
import dev.registrar.profile.UserProfileService;
import dev.registrar.registration.BacklogLimit;
import dev.registrar.registration.Messengers;
import dev.registrar.registration.RegistrationConfiguration;
import dev.registrar.registration.RegistrationInputFactory;
import dev.registrar.registration.RegistrationService;
import dev.registrar.registration.RegistrationWorkflowImpl;
import dev.registrar.registration.Resends;
import dev.registrar.registration.TemporalRuns;
import dev.registrar.store.CommandInbox;
import dev.registrar.store.CompletionWatch;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.JdbiCallGuards;
import dev.registrar.store.JdbiRegistrationRecords;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.RegistrationRecords;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RegistrationTransitions;
import dev.registrar.store.RequestData;
import dev.registrar.temporal.PayloadJson;
import io.dropwizard.jackson.Jackson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/**
 * The real workflows on the real tables, with providers that lose answers and operators that act at any time: one
 * registration after the other, each with a schedule drawn from its seed. Not thread-safe.
 */
final class Interleaving implements AutoCloseable {

    private static final MessageGuarantees DEDUPES = new MessageGuarantees(Duration.ofHours(24));

    static final Money PRICE = Money.of("49.90", "USD");
    private static final String QUEUE = "interleaving";

    private final AtomicReference<SimulatedProviders> providers = new AtomicReference<>();
    private final TestWorkflowEnvironment environment;
    private final Jdbi jdbi;
    private final LosableRuns losable;
    final RegistrationService service;
    final Dispatcher dispatcher;
    final CommandDesk commands;
    final CompensationOperations operations;
    final CompensationLedger ledger;
    final RegistrationStore registrations;
    final DueRegistrations due;

    Interleaving(Jdbi jdbi, Bug bug) {
        this.jdbi = jdbi;
        ObjectMapper mapper = PayloadJson.mapper();
        JsonColumns json = new JsonColumns(mapper);
        RegistrarMeters meters = new RegistrarMeters(new SimpleMeterRegistry());
        RegistrationConfiguration configuration = configuration();
        CompletionWatch watch = new CompletionWatch(jdbi);
        RegistrationTransitions transitions =
                new RegistrationTransitions(json, configuration.attendSchedule(), () -> 0.5, meters, watch);
        JsonDataCodec codec = new JsonDataCodec(mapper);
        registrations = new RegistrationStore(jdbi, codec, json, transitions);
        CommandInbox inbox = new CommandInbox(jdbi, codec, transitions);
        due = new DueRegistrations(jdbi);
        ledger = new CompensationLedger(jdbi);
        JdbiCallGuards guards = new JdbiCallGuards(jdbi, transitions, Duration.ofSeconds(1));
        UndoGuard undo = bug == Bug.ATTEMPT_NOT_MARKED ? (id, attempt, deadline) -> {} : guards;
        environment = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                                new GuardInterceptor(guards, undo, ProviderNames.UNKNOWN),
                                new CallFailureInterceptor(new LocalAttempts(Clock.systemUTC()), Clock.systemUTC()))
                        .build())
                .build());
        WorkflowEngine engine = new WorkflowEngine(
                environment.getWorkflowClient(),
                () -> WorkflowOptions.newBuilder().setTaskQueue(QUEUE),
                new WorkflowEngine.CallLimits() {
                    @Override
                    public <T> T within(Duration limit, Supplier<T> call) {
                        return call.get();
                    }
                });
        RegistrationInputFactory inputs = new RegistrationInputFactory(
                configuration,
                Duration.ofMillis(20),
                new SimulatedProviders(new Disturbance(new Random(0)), true).guarantees(),
                ProviderNames.UNKNOWN,
                new LocalAttempts(Clock.systemUTC()),
                new Messengers(DEDUPES, DEDUPES, "welcome-email-1", "welcome-sms-1"),
                Release.CURRENT);
        TemporalRuns runs = new TemporalRuns(engine, Interleaving::atOnce, registrations, inputs);
        losable = new LosableRuns(runs);
        PlantedBugs bugs = new PlantedBugs(bug, jdbi, providers::get);
        dispatcher = new Dispatcher(due, bugs.runs(losable), name -> false, configuration.dispatching(), meters);
        commands = new CommandDesk(jdbi, transitions, inbox, runs::ring);
        service = new RegistrationService(
                registrations, inputs, runs, new BacklogLimit(0), mapper, meters, Clock.systemUTC());
        operations = new CompensationOperations(
                ledger, commands, inbox, new AuditLog(jdbi, json, meters, Clock.systemUTC()), Clock.systemUTC());
        RegistrationRecords rows = bugs.records(
                RegistrationRecords.class,
                new JdbiRegistrationRecords(jdbi, json, transitions, inbox, watch, meters, runs::ring));
        CompensationRecords undoRows = bugs.records(
                CompensationRecords.class,
                new JdbiCompensationRecords(
                        jdbi, json, transitions, inbox, registrations, SecondPayments.notAsked(registrations), meters));
        Worker worker = environment.newWorker(
                QUEUE,
                WorkerOptions.newBuilder()
                        .setDefaultDeadlockDetectionTimeout(
                                Duration.ofSeconds(20).toMillis())
                        .build());
        worker.registerWorkflowImplementationTypes(RegistrationWorkflowImpl.class);
        worker.registerActivitiesImplementations(
                bugs.undoing(
                        UserProfileService.class,
                        new ProviderUserProfileService(bugs.profiles(Delegates.profiles(providers::get)))),
                bugs.undoing(
                        PaymentService.class,
                        new GatewayPaymentService(bugs.gateway(Delegates.gateway(providers::get)), Clock.systemUTC())),
                new StoredDatabaseService(new AccountStore(jdbi, codec), meters, Clock.systemUTC()),
                new ProviderNotificationService(
                        (message, limit) -> providers
                                .get()
                                .send(Step.EMAIL, IdempotencyKey.email(message.registrationId(), message.resend())),
                        (message, limit) -> providers
                                .get()
                                .send(Step.SMS, IdempotencyKey.sms(message.registrationId(), message.resend()))),
                rows,
                undoRows,
                new Resends(jdbi, json, inbox));
        environment.start();
    }

    /** Minutes become milliseconds; the late lookups are due at once. */
    private static <T> CompletableFuture<T> atOnce(Supplier<T> call) {
        try {
            return CompletableFuture.completedFuture(call.get());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static RegistrationConfiguration configuration() {
        String policy = "{firstInterval: 10 ms, maxInterval: 20 ms, factor: 1.0, attempts: 3, patience: 1 s}";
        String durable = policy.replace("{", "{mode: durable, ");
        try {
            return Jackson.newObjectMapper(new YAMLFactory())
                    .readValue("""
                            settleAfter: 20 ms
                            lateChargeWatch: [10 ms, 20 ms]
                            refundWatch: [10 ms]
                            retryUndo: {first: 10 ms, factor: 1.0, max: 20 ms, for: 1 h}
                            dispatchInterval: 1 s
                            policies: {profile: %1$s, payment: %1$s, database: %1$s, email: %1$s, sms: %1$s,
                                       lookup: %2$s, undo: %2$s}
                            """.formatted(policy, durable), RegistrationConfiguration.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    void providers(SimulatedProviders fresh) {
        providers.set(fresh);
    }

    static RequestData request(String userId) {
        return new RequestData(
                new UserProfile(
                        userId,
                        EmailAddress.of("ada@example.com"),
                        "Ada Lovelace",
                        PhoneNumber.of("+14155550101"),
                        Map.of("locale", "en")),
                new PaymentRequest(userId, PRICE, "pm_card_ok", "Annual plan"));
    }

    /** Lets a random part of the work finish: a schedule varies when the next event happens. */
    static void pass(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** Makes everything due and runs one dispatcher round. */
    void dispatch() throws InterruptedException {
        jdbi.useHandle(
                handle -> handle.execute("UPDATE registrations SET attend_at = now() WHERE attend_at IS NOT NULL"));
        dispatcher.round();
    }

    /** As an operator can in Temporal, or when a server is lost. */
    void terminate(RegistrationId id) {
        try {
            environment
                    .getWorkflowClient()
                    .newUntypedWorkflowStub(id.toString())
                    .terminate("interleaving");
        } catch (io.temporal.client.WorkflowNotFoundException e) {
            // It has already ended.
        }
    }

    /** The run and its history are lost with their server. */
    void lose(RegistrationId id) {
        losable.lose(id);
        terminate(id);
    }

    /** A row of the registration as text. */
    String row(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT status || ' run ' || run || ' attending ' || attending || ' commands ' || applied_seq || '/'
                               || command_seq || ' held ' || held
                        FROM registrations WHERE id = :id
                        """)
                .bind("id", id.value())
                .mapTo(String.class)
                .one());
    }

    int unapplied(RegistrationId id) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT count(*) FROM commands WHERE registration_id = :id AND applied_at IS NULL")
                .bind("id", id.value())
                .mapTo(Integer.class)
                .one());
    }

    @Override
    public void close() {
        environment.close();
    }
}
