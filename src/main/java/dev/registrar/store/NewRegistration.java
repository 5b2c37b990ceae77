package dev.registrar.store;

import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registration to be accepted.
 *
 * @param caller who requests it
 * @param idempotencyKey the caller's key; absent if none was sent
 * @param bodyHash SHA-256, in hex, of the parsed and normalised body: 49.9 and 49.90 are the same body
 * @param providers the providers that act for it from now on
 */
public record NewRegistration(
        RegistrationId id,
        String caller,
        @Nullable String idempotencyKey,
        String bodyHash,
        RequestData request,
        Instant createdAt,
        ProviderNames providers) {

    /** With providers that are not compared. */
    public NewRegistration(
            RegistrationId id,
            String caller,
            @Nullable String idempotencyKey,
            String bodyHash,
            RequestData request,
            Instant createdAt) {
        this(id, caller, idempotencyKey, bodyHash, request, createdAt, ProviderNames.UNKNOWN);
    }
}
