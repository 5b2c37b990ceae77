package dev.registrar.bench;

/** One workflow task, no step. */
public final class EmptyWorkflowImpl implements EmptyWorkflow {

    @Override
    public void run() {}
}
