package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registration that has not ended, leased by a sweeper.
 *
 * @param sweep how often it was started again so far
 * @param resolution what was found out about a payment that an earlier run could not tell
 * @param earlierCharges earlier registrations of the user whose charge may still turn up
 */
public record UnfinishedRegistration(
        RegistrationId id,
        RequestData request,
        RegistrationStatus status,
        Instant createdAt,
        int sweep,
        boolean cancelRequested,
        boolean undoBegun,
        @Nullable PaymentResolution resolution,
        List<EarlierCharge> earlierCharges,
        StepHistory history) {}
