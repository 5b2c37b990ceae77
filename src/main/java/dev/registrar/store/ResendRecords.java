package dev.registrar.store;

import dev.registrar.model.OfRegistration;
import dev.registrar.model.RegistrationId;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.List;

/** The activity with which a resend writes how it ended. Idempotent. */
@ActivityInterface
public interface ResendRecords {

    /** Writes how steps ended, over what was written of them before, and that the resend has ended. */
    void recordResend(ResendOutcome outcome);

    record ResendOutcome(RegistrationId registrationId, int n, List<ResendStep> steps, Instant at)
            implements OfRegistration {}
}
