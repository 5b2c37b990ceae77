package dev.registrar.bench;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import java.time.Clock;

/**
 * Contestant (a): the specification's workflow, as a program on the plain SDK with default options, so without eager
 * start. Each load thread starts a workflow and waits for its result.
 */
public final class SequentialProgram {

    private static final String TASK_QUEUE = "sequential";

    private SequentialProgram() {}

    public static void main(String[] arguments) throws Exception {
        ContestantSettings settings = ContestantSettings.of(System.getenv());
        SequentialSteps steps = new HttpSequentialSteps(settings, Clock.systemUTC());
        WorkflowClient client = PlainWorker.start(settings.temporalTarget(), TASK_QUEUE, worker -> {
            worker.registerWorkflowImplementationTypes(SequentialWorkflowImpl.class);
            worker.registerActivitiesImplementations(steps);
        });
        LoadControl.serve(settings.controlPort(), userId -> {
            NewUser user = NewUser.of(userId);
            WorkflowOptions options = WorkflowOptions.newBuilder()
                    .setTaskQueue(TASK_QUEUE)
                    .setWorkflowId(user.registrationId().toString())
                    .build();
            return () ->
                    client.newWorkflowStub(SequentialWorkflow.class, options).register(user);
        });
    }
}
