package dev.registrar.bench;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The registration described in the specification. */
@WorkflowInterface
public interface SequentialWorkflow {

    @WorkflowMethod
    void register(NewUser user);
}
