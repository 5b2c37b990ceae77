package dev.registrar.registration;

import dev.registrar.call.WorkflowEngine;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts registrations' workflows. Thread-safe. */
public final class RegistrationStarter {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationStarter.class);

    private final WorkflowEngine engine;
    private final Duration limit;

    /** @param limit how long one start may take, retries of the connection included */
    public RegistrationStarter(WorkflowEngine engine, Duration limit) {
        this.engine = engine;
        this.limit = limit;
    }

    /** The start by the request itself; false where Temporal did not say yes: the sweeper will see to it. */
    boolean startFirst(RegistrationInput input) {
        return start(input, WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE);
    }

    /** The start by the sweeper, which has made sure that none is running; a closed one may be followed by another. */
    boolean startAgain(RegistrationInput input) {
        return start(input, WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE);
    }

    private boolean start(RegistrationInput input, WorkflowIdReusePolicy reuse) {
        WorkflowOptions options = engine.options()
                .get()
                .setWorkflowId(input.registrationId().toString())
                .setWorkflowIdReusePolicy(reuse)
                .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL)
                .build();
        RegistrationWorkflow workflow = engine.client().newWorkflowStub(RegistrationWorkflow.class, options);
        try {
            engine.limits().within(limit, () -> WorkflowClient.start(workflow::register, input));
            return true;
        } catch (WorkflowExecutionAlreadyStarted e) {
            return true;
        } catch (RuntimeException e) {
            LOG.warn("registration {} not started: {}", input.registrationId(), e.toString());
            return false;
        }
    }
}
