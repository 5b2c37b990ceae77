package dev.registrar.registration;

import dev.registrar.call.LogContext;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.CancelStore;
import dev.registrar.store.CancelStore.Cancelled;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels registrations: the row first, which decides between the cancel and the end, then the workflow. Thread-safe. */
public final class RegistrationCanceller {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationCanceller.class);
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final CancelStore store;
    private final WorkflowEngine engine;
    private final Clock clock;

    public RegistrationCanceller(CancelStore store, WorkflowEngine engine, Clock clock) {
        this.store = store;
        this.engine = engine;
        this.clock = clock;
    }

    /**
     * Asks for the cancel. A signal that cannot be delivered is repeated by the sweeper; where the undo has begun, or only
     * a row is open, there is nobody to tell.
     */
    public Cancelled cancel(RegistrationId id) {
        Cancelled cancelled = request(id);
        if (cancelled == Cancelled.REQUESTED) {
            deliver(id);
        }
        return cancelled;
    }

    /** Only writes the request, in the transaction of whoever calls; to be followed by {@link #deliver}. */
    public Cancelled request(RegistrationId id) {
        return store.request(id, clock.instant());
    }

    /** Tells the workflow; where that does not succeed the sweeper will. */
    public void deliver(RegistrationId id) {
        LogContext.about(id.toString(), () -> {
            try {
                engine.limits().within(LIMIT, () -> {
                    engine.client()
                            .newWorkflowStub(RegistrationWorkflow.class, id.toString())
                            .cancel();
                    return true;
                });
            } catch (RuntimeException e) {
                LOG.info("cancel of registration {} not delivered, the sweeper will: {}", id, e.toString());
            }
        });
    }
}
