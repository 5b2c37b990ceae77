package dev.registrar.registration;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One registration, from its accepted row to its outcome row. The workflow id is the registration's id. */
@WorkflowInterface
public interface RegistrationWorkflow {

    /** Ends as the row says; never fails for a reason of a provider's. */
    @WorkflowMethod
    RegistrationResult register(RegistrationInput input);

    /** Turns the registration back, wherever it is, unless its end is already written. */
    @SignalMethod
    void cancel();

    /** The steps as they are now. */
    @QueryMethod
    RegistrationProgress progress();
}
