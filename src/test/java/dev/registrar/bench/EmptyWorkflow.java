package dev.registrar.bench;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Does nothing: what Temporal itself takes, the least that a registration can cost. */
@WorkflowInterface
public interface EmptyWorkflow {

    @WorkflowMethod
    void run();
}
