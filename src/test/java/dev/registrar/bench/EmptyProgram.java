package dev.registrar.bench;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;

/** Contestant (c), the ceiling: an empty workflow, started eagerly like Registrar's own. */
public final class EmptyProgram {

    private static final String TASK_QUEUE = "empty";

    private EmptyProgram() {}

    public static void main(String[] arguments) throws Exception {
        ContestantSettings settings = ContestantSettings.of(System.getenv());
        WorkflowClient client = PlainWorker.start(
                settings.temporalTarget(),
                TASK_QUEUE,
                worker -> worker.registerWorkflowImplementationTypes(EmptyWorkflowImpl.class));
        LoadControl.serve(settings.controlPort(), name -> {
            WorkflowOptions options = WorkflowOptions.newBuilder()
                    .setTaskQueue(TASK_QUEUE)
                    .setWorkflowId(name)
                    .setDisableEagerExecution(false)
                    .build();
            return () -> client.newWorkflowStub(EmptyWorkflow.class, options).run();
        });
    }
}
