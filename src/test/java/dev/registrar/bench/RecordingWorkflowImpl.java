package dev.registrar.bench;

import io.temporal.activity.LocalActivityOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;

/** Six local activities that do nothing, in the order of Registrar's: two, three at once, one; in one workflow task. */
public final class RecordingWorkflowImpl implements EmptyWorkflow {

    @Override
    public void run() {
        EmptyStep steps = Workflow.newLocalActivityStub(
                EmptyStep.class,
                LocalActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(2))
                        .setDoNotIncludeArgumentsIntoMarker(true)
                        .build());
        steps.step(1);
        steps.step(2);
        Promise.allOf(List.of(
                        Async.function(steps::step, 3), Async.function(steps::step, 4), Async.function(steps::step, 5)))
                .get();
        steps.step(6);
    }
}
