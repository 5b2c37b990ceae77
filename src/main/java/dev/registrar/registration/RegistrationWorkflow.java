package dev.registrar.registration;

import dev.registrar.store.RegistrationStatus;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** One run of a registration. The workflow id is the registration's id: one run at a time. */
@WorkflowInterface
public interface RegistrationWorkflow {

    /** Ends with the status in the row; never fails because of a provider. */
    @WorkflowMethod
    RegistrationResult register(RegistrationInput input);

    /** Signals that a command is in the inbox. */
    @SignalMethod
    void ring();

    /** The steps as they are now. */
    @QueryMethod
    RegistrationProgress progress();

    /** How the workflow ended; the row has the same status and more. */
    record RegistrationResult(RegistrationStatus status) {}
}
