package dev.registrar.registration;

import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import java.time.Instant;

/**
 * What a registration's workflow starts with; all request bodies derive from it.
 *
 * @param keyExpiresAt from then on the charge's key may be forgotten by the gateway: never sent again
 * @param emailTemplate name and version of the text
 * @param smsTemplate name and version of the text
 * @param sweep how often the sweeper has started it again
 * @param cancelRequested whether a cancel was asked for before this start
 * @param undoBegun whether an earlier run has begun the undo: then only that goes on
 */
public record RegistrationInput(
        RegistrationId registrationId,
        UserProfile profile,
        PaymentRequest payment,
        Policies policies,
        Instant keyExpiresAt,
        String emailTemplate,
        String smsTemplate,
        int sweep,
        boolean cancelRequested,
        boolean undoBegun) {}
