package dev.registrar.bench;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Does nothing: the cost of Temporal itself, the minimum for a registration. */
@WorkflowInterface
public interface EmptyWorkflow {

    @WorkflowMethod
    void run();
}
