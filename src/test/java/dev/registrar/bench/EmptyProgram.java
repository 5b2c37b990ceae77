package dev.registrar.bench;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;

/**
 * Contestant (c), the ceiling: an empty workflow, started eagerly like Registrar's own. With the argument {@value #STEPS} the ceiling
 * of any workflow that records as many steps as Registrar's.
 */
public final class EmptyProgram {

    /** The argument. */
    static final String STEPS = "steps";

    private static final String TASK_QUEUE = "empty";

    private EmptyProgram() {}

    public static void main(String[] arguments) throws Exception {
        boolean steps = arguments.length == 1 && arguments[0].equals(STEPS);
        ContestantSettings settings = ContestantSettings.of(System.getenv());
        WorkflowClient client = PlainWorker.start(settings.temporalTarget(), TASK_QUEUE, worker -> {
            worker.registerWorkflowImplementationTypes(steps ? RecordingWorkflowImpl.class : EmptyWorkflowImpl.class);
            worker.registerActivitiesImplementations((EmptyStep) number -> "step " + number);
        });
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
