package dev.registrar.bench;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The registration as the specification describes it. */
@WorkflowInterface
public interface SequentialWorkflow {

    @WorkflowMethod
    void register(NewUser user);
}
