package dev.registrar.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.account.AccountStore;
import dev.registrar.account.StoredDatabaseService;
import dev.registrar.call.CallFailureInterceptor;
import dev.registrar.call.CallPolicy;
import dev.registrar.call.GuardInterceptor;
import dev.registrar.call.LocalAttempts;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.compensation.CompensationLedger;
import dev.registrar.database.TestDatabase;
import dev.registrar.dispatch.CommandDesk;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.ForwardGuard;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Money;
import dev.registrar.model.Origin;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.reconcile.ReconcileStore.OpenRun;
import dev.registrar.store.JsonColumns;
import dev.registrar.store.NewRegistration;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.RegistrationStore;
import dev.registrar.store.RequestData;
import dev.registrar.store.Rows;
import dev.registrar.store.StepReport;
import dev.registrar.store.StepStatus;
import dev.registrar.temporal.PayloadJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Comparisons on a time-skipping Temporal server, with the real records in a real PostgreSQL and fake providers. One
 * per test class; each test starts with empty tables and providers without data.
 */
public final class RepairRig implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    public static final ProviderNames CONFIGURED = new ProviderNames("registrar@pay.test", "registrar@users.test");

    public static final Money PRICE = Money.of("49.90", "USD");

    /** Two attempts, one second apart. */
    public static final CallPolicy POLICY = new CallPolicy(
            CallPolicy.Mode.DURABLE,
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            2.0,
            2,
            Duration.ofSeconds(30));

    public static final Duration SETTLE = Duration.ofSeconds(60);

    private static final String TASK_QUEUE = "repair";

    private final TestDatabase database = new TestDatabase();
    private final ObjectMapper mapper = PayloadJson.mapper();
    private final RegistrarMeters meters = new RegistrarMeters(new SimpleMeterRegistry());
    private final JsonColumns json = new JsonColumns(mapper);
    private @Nullable TestWorkflowEnvironment environment;
    private @Nullable FakeProviders providers;

    @Override
    public void beforeAll(ExtensionContext context) {
        open();
    }

    public void open() {
        database.open();
        TestWorkflowEnvironment fresh = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(PayloadJson.dataConverter(List.of()))
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                                new GuardInterceptor(
                                        new EverythingMayBeCalled(), (id, attempt, deadline) -> {}, CONFIGURED),
                                new CallFailureInterceptor(new LocalAttempts(Clock.systemUTC()), Clock.systemUTC()))
                        .build())
                .build());
        environment = fresh;
        FakeProviders fakes = new FakeProviders(fresh::currentTimeMillis);
        providers = fakes;
        Worker worker = fresh.newWorker(
                TASK_QUEUE,
                WorkerOptions.newBuilder()
                        .setDefaultDeadlockDetectionTimeout(
                                Duration.ofSeconds(20).toMillis())
                        .build());
        worker.registerWorkflowImplementationTypes(ReconcileWorkflowImpl.class);
        worker.registerActivitiesImplementations(
                fakes,
                new StoredDatabaseService(accounts(), meters, clock()),
                new JdbiReconcileRecords(jdbi(), commands(), false, meters));
        fresh.start();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        empty();
    }

    /** Empties tables and providers. */
    public void empty() {
        providers().reset();
        jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations, accounts, reconcile_runs CASCADE"));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    public void close() throws Exception {
        environment().close();
        database.close();
    }

    public TestWorkflowEnvironment environment() {
        return Objects.requireNonNull(environment, "not opened");
    }

    public FakeProviders providers() {
        return Objects.requireNonNull(providers, "not opened");
    }

    public Jdbi jdbi() {
        return database.jdbi();
    }

    public RegistrarMeters meters() {
        return meters;
    }

    public RegistrationStore registrations() {
        return new Rows(jdbi()).store();
    }

    public AccountStore accounts() {
        return new AccountStore(jdbi(), new JsonDataCodec(mapper));
    }

    public CompensationLedger ledger() {
        return new CompensationLedger(jdbi());
    }

    private CommandDesk commands() {
        Rows rows = new Rows(jdbi());
        return new CommandDesk(jdbi(), rows.transitions(), rows.inbox(), id -> {});
    }

    /** Workflow time, which skips while a test waits for a workflow. */
    public Clock clock() {
        InstantSource source = () -> Instant.ofEpochMilli(environment().currentTimeMillis());
        return source.withZone(ZoneOffset.UTC);
    }

    public Instant now() {
        return clock().instant();
    }

    public WorkflowClient client() {
        return environment().getWorkflowClient();
    }

    public WorkflowEngine engine() {
        return new WorkflowEngine(
                client(), () -> WorkflowOptions.newBuilder().setTaskQueue(TASK_QUEUE), new UnlimitedCalls());
    }

    /** Skips time until the workflow ends. */
    public void await(String workflowId) {
        client().newUntypedWorkflowStub(workflowId).getResult(Void.class);
    }

    /** A running registration of this user, accepted now. */
    public RegistrationId registered(String userId) {
        return registered(userId, now());
    }

    public RegistrationId registered(String userId, Instant createdAt) {
        RegistrationId id = RegistrationId.random();
        RequestData request = new RequestData(profile(userId), new PaymentRequest(userId, PRICE, "pm_card_ok", null));
        Instant at = createdAt.truncatedTo(ChronoUnit.MICROS);
        assertThat(registrations().accept(new NewRegistration(id, "tester", null, "00", request, at)))
                .isPresent();
        return id;
    }

    private static UserProfile profile(String userId) {
        return new UserProfile(userId, EmailAddress.of("ada@example.com"), "Ada Lovelace", null, Map.of());
    }

    /** A registration that ended two minutes ago. */
    public RegistrationId ended(String userId, RegistrationStatus status) {
        Instant end = now().minus(Duration.ofMinutes(2));
        return ended(userId, status, end.minusSeconds(1), end);
    }

    public RegistrationId ended(String userId, RegistrationStatus status, Instant createdAt, Instant finishedAt) {
        RegistrationId id = registered(userId, createdAt);
        String transaction = FakeProviders.transaction(id);
        StepReport payment = new StepReport(Step.PAYMENT, StepStatus.SUCCEEDED, 1, createdAt, finishedAt, transaction);
        set(id, "status", status.name());
        jdbi().useHandle(handle -> handle.execute(
                "UPDATE registrations SET attend_at = NULL, attending = FALSE, finished_at = ?, steps_as_of = ?, steps = CAST(? AS jsonb) WHERE id = ?",
                finishedAt,
                finishedAt,
                json.write(List.of(payment)),
                id.value()));
        return id;
    }

    /** COMPLETED, with all its effects. */
    public RegistrationId completed(String userId) {
        RegistrationId id = ended(userId, RegistrationStatus.COMPLETED);
        providers().holdsCharge(id, PRICE);
        providers().holdsProfile(userId, id);
        saveAccount(userId, id);
        return id;
    }

    public void saveAccount(String userId, RegistrationId id) {
        accounts().save(id, profile(userId), FakeProviders.transaction(id), now(), Duration.ofSeconds(5));
    }

    /** Sets one text column of the registration's row. */
    public void set(RegistrationId id, String column, String value) {
        jdbi().useHandle(handle ->
                handle.execute("UPDATE registrations SET " + column + " = ? WHERE id = ?", value, id.value()));
    }

    public Registration registration(RegistrationId id) {
        return registrations().find(id).orElseThrow();
    }

    public RegistrationStatus status(RegistrationId id) {
        return registration(id).status();
    }

    /** The pending commands of a registration, as {@code kind target}. */
    public List<String> commands(RegistrationId id) {
        return jdbi().withHandle(handle -> handle.createQuery("""
                        SELECT kind || ' ' || target FROM commands WHERE registration_id = :id AND applied_at IS NULL ORDER BY seq
                        """)
                .bind("id", id.value())
                .mapTo(String.class)
                .list());
    }

    /** Opens a comparison and launches it. */
    static UUID start(ReconcileService service, Instant from, Instant to, boolean dryRun, int limit) {
        OpenRun run = service.open(from, to, dryRun, limit);
        service.launch(run);
        return run.id();
    }

    private static final class EverythingMayBeCalled implements ForwardGuard {

        @Override
        public void requireForward(RegistrationId id, Origin origin) {}

        @Override
        public void requireRevocable(RegistrationId id) {}
    }
}
