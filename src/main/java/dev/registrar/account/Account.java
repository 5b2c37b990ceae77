package dev.registrar.account;

import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A saved account. */
public record Account(
        RegistrationId registrationId,
        UserProfile profile,
        @Nullable String transactionId,
        Instant createdAt,
        Instant updatedAt) {}
