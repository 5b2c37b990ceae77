package dev.registrar.registration;

import dev.registrar.call.SweepDuty;
import dev.registrar.call.WorkflowEngine;
import dev.registrar.registration.NotificationResend.ResendInput;
import dev.registrar.store.Resend;
import dev.registrar.store.ResendStore;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts resends, and starts them again when their workflow is lost. Thread-safe. */
public final class ResendStarter implements SweepDuty {

    private static final Logger LOG = LoggerFactory.getLogger(ResendStarter.class);

    /** How long one is left alone by the sweepers; a start that was not needed does nothing. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final ResendStore store;
    private final WorkflowEngine engine;
    private final RegistrationInputFactory inputs;
    private final Clock clock;

    public ResendStarter(ResendStore store, WorkflowEngine engine, RegistrationInputFactory inputs, Clock clock) {
        this.store = store;
        this.engine = engine;
        this.inputs = inputs;
        this.clock = clock;
    }

    /** Starts the workflow where it is not running; false where Temporal did not say yes, and a sweeper will try again. */
    public boolean start(Resend resend) {
        ResendInput input =
                new ResendInput(resend.registrationId(), resend.n(), resend.data(), resend.left(), inputs.policies());
        try {
            engine.startRepeatable(
                    NotificationResend.class,
                    NotificationResend.id(resend.registrationId(), resend.n()),
                    workflow -> workflow::resend,
                    input);
            return true;
        } catch (RuntimeException e) {
            LOG.warn("resend {} of registration {} not started: {}", resend.n(), resend.registrationId(), e.toString());
            return false;
        }
    }

    @Override
    public void sweep() {
        for (Resend lost : store.lease(clock.instant(), LEASE)) {
            start(lost);
        }
    }
}
