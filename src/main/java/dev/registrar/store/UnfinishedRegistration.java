package dev.registrar.store;

import dev.registrar.model.RegistrationId;
import java.time.Instant;

/**
 * A registration that has not ended, leased by a sweeper.
 *
 * @param sweep how often it was started again so far
 */
public record UnfinishedRegistration(
        RegistrationId id,
        RequestData request,
        RegistrationStatus status,
        Instant createdAt,
        int sweep,
        boolean cancelRequested,
        boolean undoBegun) {}
