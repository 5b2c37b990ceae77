package dev.registrar.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.Step;
import dev.registrar.temporal.PayloadJson;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.activity.ActivityOptions;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A newer version's workflow calls an activity with an argument that an older worker does not know. */
class OlderWorkerTest {

    private static final String QUEUE = "two-versions";

    /** A single attempt: one that counted would be the last. */
    private static final CallPolicy ONCE = new CallPolicy(
            CallPolicy.Mode.DURABLE,
            Duration.ofSeconds(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            2.0,
            1,
            Duration.ofSeconds(1));

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<String> older = Collections.synchronizedList(new ArrayList<>());
    private final List<String> newer = Collections.synchronizedList(new ArrayList<>());
    private final TestWorkflowEnvironment environment =
            TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                    .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                            .setDataConverter(PayloadJson.dataConverter(List.of()))
                            .build())
                    .build());
    private final WorkflowClient client = environment.getWorkflowClient();
    private @Nullable WorkerFactory newerFactory;

    record NewerCharge(String key, @Nullable Integer installments) {}

    record OlderCharge(String key) {}

    /** The service as the newer version has it. */
    @ActivityInterface
    public interface NewerService {
        @ActivityMethod(name = "Charge")
        String charge(NewerCharge charge);
    }

    /** The service as the older version has it. */
    @ActivityInterface
    public interface OlderService {
        @ActivityMethod(name = "Charge")
        String charge(OlderCharge charge);
    }

    /** A workflow of the newer version. */
    @WorkflowInterface
    public interface Caller {
        @WorkflowMethod
        String call(String how);
    }

    /** What was found. */
    public record NewerReceipt(String key, @Nullable String lender) {}

    /** What was found. */
    public record OlderReceipt(String key) {}

    /** A lookup as the newer version has it. */
    @ActivityInterface
    public interface NewerLookup {
        @ActivityMethod(name = "Find")
        NewerReceipt find(String key);
    }

    /** The same as the older version has it. */
    @ActivityInterface
    public interface OlderLookup {
        @ActivityMethod(name = "Find")
        OlderReceipt find(String key);
    }

    /** A workflow of the older version. */
    @WorkflowInterface
    public interface Finder {
        @WorkflowMethod
        String find(String key);
    }

    /** Calls as a step does. */
    public static final class FinderImpl implements Finder {
        @Override
        public String find(String key) {
            try {
                return new PatientCall(ONCE, CallMonitor.silent(Step.PAYMENT))
                        .run(OlderLookup.class, service -> service.find(key))
                        .key();
            } catch (CallGaveUpException e) {
                return "gave up";
            }
        }
    }

    /** Calls as a step does, or as the rows are written, with or without what is new. */
    public static final class CallerImpl implements Caller {
        @Override
        public String call(String how) {
            NewerCharge charge = new NewerCharge("k", how.contains("plain") ? null : Integer.valueOf(3));
            if (how.contains("step")) {
                try {
                    return new PatientCall(ONCE, CallMonitor.silent(Step.PAYMENT))
                            .run(NewerService.class, service -> service.charge(charge));
                } catch (CallGaveUpException e) {
                    return "gave up";
                }
            }
            return Workflow.newActivityStub(
                            NewerService.class,
                            ActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofSeconds(20))
                                    .build())
                    .charge(charge);
        }
    }

    @AfterEach
    void close() {
        WorkerFactory added = newerFactory;
        if (added != null) {
            added.shutdownNow();
        }
        environment.close();
    }

    @Test
    void stepIsLeftToANewerWorkerWithoutSpendingAnAttempt() {
        WorkflowStub workflow = startOnTheOlderWorker("step");
        await(() -> events(workflow, EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED).size() == 1);
        HistoryEvent refusal =
                events(workflow, EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED).get(0);
        assertThat(refusal.getActivityTaskFailedEventAttributes().getFailure().getMessage())
                .contains("OlderCharge")
                .contains("installments");

        addANewerWorker();

        assertThat(result(workflow)).isEqualTo("charged in 3");
        assertThat(older).isEmpty();
        assertThat(newer).containsExactly("k");
    }

    @Test
    void activityThatIsRetriedWithoutEndIsLeftToANewerWorker() {
        WorkflowStub workflow = startOnTheOlderWorker("rows");
        await(() -> pending(workflow).stream()
                .anyMatch(activity -> activity.getAttempt() > 1
                        && activity.getLastFailure().getMessage().contains("installments")));

        addANewerWorker();

        assertThat(result(workflow)).isEqualTo("charged in 3");
        assertThat(older).isEmpty();
        assertThat(newer).containsExactly("k");
    }

    @Test
    void argumentWithoutAnythingNewIsServedByTheOlderWorker() {
        assertThat(startOnTheOlderWorker("plain step").getResult(String.class)).isEqualTo("charged at once");
        assertThat(startOnTheOlderWorker("plain rows").getResult(String.class)).isEqualTo("charged at once");
        assertThat(older).containsExactly("k", "k");
    }

    @Test
    void workflowOfTheOlderVersionDoesNotGoOnWithoutWhatAResultAdds() {
        Worker worker = environment.newWorker(QUEUE);
        worker.registerWorkflowImplementationTypes(FinderImpl.class);
        worker.registerActivitiesImplementations(
                (NewerLookup) key -> new NewerReceipt(key, key.equals("plain") ? null : "s3cret"));
        environment.start();

        assertThat(result(start("Finder", "plain"))).isEqualTo("plain");
        WorkflowStub refused = start("Finder", "new");
        await(() -> !events(refused, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED).isEmpty());

        assertThat(events(refused, EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED).toString())
                .contains("lender")
                .doesNotContain("s3cret");
        assertThat(events(refused, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED))
                .isEmpty();
        assertThat(events(refused, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED))
                .isEmpty();
    }

    private WorkflowStub start(String type, String argument) {
        WorkflowStub workflow = client.newUntypedWorkflowStub(
                type, WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build());
        workflow.start(argument);
        return workflow;
    }

    private WorkflowStub startOnTheOlderWorker(String how) {
        if (!environment.isStarted()) {
            Worker worker = environment.newWorker(QUEUE);
            worker.registerWorkflowImplementationTypes(CallerImpl.class);
            worker.registerActivitiesImplementations((OlderService) charge -> {
                older.add(charge.key());
                return "charged at once";
            });
            environment.start();
        }
        return start("Caller", how);
    }

    /** From then on both take tasks, as during an upgrade. */
    private void addANewerWorker() {
        WorkerFactory factory = WorkerFactory.newInstance(client);
        newerFactory = factory;
        Worker worker = factory.newWorker(QUEUE);
        worker.registerWorkflowImplementationTypes(CallerImpl.class);
        worker.registerActivitiesImplementations((NewerService) charge -> {
            newer.add(charge.key());
            return "charged in " + charge.installments();
        });
        factory.start();
    }

    private String result(WorkflowStub workflow) {
        try {
            return workflow.getResult(LIMIT.toSeconds(), TimeUnit.SECONDS, String.class);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    client.fetchHistory(workflow.getExecution().getWorkflowId()).toProtoText(false), e);
        }
    }

    private List<HistoryEvent> events(WorkflowStub workflow, EventType type) {
        return client.fetchHistory(workflow.getExecution().getWorkflowId()).getEvents().stream()
                .filter(event -> event.getEventType() == type)
                .toList();
    }

    private List<PendingActivityInfo> pending(WorkflowStub workflow) {
        return client.getWorkflowServiceStubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace(environment.getNamespace())
                        .setExecution(workflow.getExecution())
                        .build())
                .getPendingActivitiesList();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not seen in time").isLessThan(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
