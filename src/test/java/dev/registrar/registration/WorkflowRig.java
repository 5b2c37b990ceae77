package dev.registrar.registration;

import dev.registrar.call.CallFailureInterceptor;
import dev.registrar.call.GuardInterceptor;
import dev.registrar.call.LocalAttempts;
import dev.registrar.model.ForwardGuard;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.temporal.PayloadJson;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A time-skipping Temporal server with a worker that runs registrations against scripted services: one per test class
 * in a static field, one per test in an instance field (after some cancels the server stops skipping time). Time skips
 * only while a test waits for an end.
 */
final class WorkflowRig implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    static final String TASK_QUEUE = "registrations";

    private boolean shared;
    private final LostTasks lostTasks = new LostTasks();
    private @Nullable TestWorkflowEnvironment environment;
    private @Nullable ScriptedServices services;

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
        open();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!shared) {
            open();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!shared) {
            close();
        }
    }

    void open() {
        TestWorkflowEnvironment fresh = environment(lostTasks, new ServicesGuard());
        ScriptedServices scripted = new ScriptedServices(fresh::currentTimeMillis);
        Worker worker = worker(fresh);
        worker.registerWorkflowImplementationTypes(RegistrationWorkflowImpl.class);
        worker.registerActivitiesImplementations(scripted.activities());
        fresh.start();
        environment = fresh;
        services = scripted;
    }

    private final class ServicesGuard implements ForwardGuard {

        @Override
        public void requireForward(RegistrationId id, Origin origin) {
            if (services != null) {
                services.requireForward(id, origin);
            }
        }

        @Override
        public void requireRevocable(RegistrationId id) {
            Tables.shared().guards().requireRevocable(id);
        }
    }

    /** An environment with the project's interceptors, not started yet. */
    static TestWorkflowEnvironment environment(LostTasks lostTasks, ForwardGuard guard) {
        return TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setIdentity("test")
                        .setDataConverter(PayloadJson.dataConverter(List.of()))
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                                new GuardInterceptor(guard, Tables.shared().guards(), Inputs.CONFIGURED),
                                new CallFailureInterceptor(new LocalAttempts(Clock.systemUTC()), Clock.systemUTC()),
                                lostTasks)
                        .build())
                .build());
    }

    /** On a busy machine a workflow thread may need more than the default second. */
    static Worker worker(TestWorkflowEnvironment environment) {
        return environment.newWorker(
                TASK_QUEUE,
                WorkerOptions.newBuilder()
                        .setDefaultDeadlockDetectionTimeout(
                                Duration.ofSeconds(20).toMillis())
                        .build());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    void close() {
        if (environment != null) {
            environment.close();
        }
    }

    /** Skips this much time. */
    void sleep(Duration duration) {
        if (environment != null) {
            environment.sleep(duration);
        }
    }

    /** Loses workflow tasks of this rig on demand. */
    LostTasks lostTasks() {
        return lostTasks;
    }

    Run start(World world) {
        return start(world, Inputs.of(world));
    }

    /** Starts a later run, as the dispatcher does. */
    Run again(World world, int run) {
        return start(world, Inputs.again(world, run));
    }

    Run start(World world, RegistrationInput input) {
        return startWith(world, input);
    }

    /** @param input the input, or JSON like it */
    Run startWith(World world, Object input) {
        if (environment == null || services == null) {
            throw new IllegalStateException("not open");
        }
        services.add(world);
        WorkflowClient client = environment.getWorkflowClient();
        WorkflowStub stub = client.newUntypedWorkflowStub(
                "RegistrationWorkflow",
                WorkflowOptions.newBuilder()
                        .setWorkflowId(world.id().toString())
                        .setTaskQueue(TASK_QUEUE)
                        .build());
        stub.start(input);
        return new Run(client, stub, world);
    }
}
