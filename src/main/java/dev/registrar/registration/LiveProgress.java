package dev.registrar.registration;

import dev.registrar.model.RegistrationId;
import dev.registrar.policy.WorkflowEngine;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks running workflows how far they are. Thread-safe. */
public final class LiveProgress {

    private static final Logger LOG = LoggerFactory.getLogger(LiveProgress.class);

    /** How long a reader waits for the live answer before the row has to do (DESIGN 5). */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final WorkflowEngine engine;

    public LiveProgress(WorkflowEngine engine) {
        this.engine = engine;
    }

    /** The live answer; empty where there is none in time. */
    public Optional<RegistrationProgress> of(RegistrationId id) {
        try {
            return Optional.of(engine.limits()
                    .within(
                            LIMIT,
                            () -> engine.client()
                                    .newWorkflowStub(RegistrationWorkflow.class, id.toString())
                                    .progress()));
        } catch (RuntimeException e) {
            LOG.debug("no live answer of registration {}", id, e);
            return Optional.empty();
        }
    }
}
