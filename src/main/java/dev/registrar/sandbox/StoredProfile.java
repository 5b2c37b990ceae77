package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A profile and the version its ETag is made of (the sequence number of the request that wrote it). */
record StoredProfile(Profile profile, long version) {

    String etag() {
        return "\"v" + version + "\"";
    }

    /** The profile on the wire; times in ISO-8601, UTC. */
    record Profile(
            String userId,
            String email,
            String fullName,
            @Nullable String phoneNumber,
            JsonNode preferences,
            String registrationId,
            String createdAt,
            String updatedAt) {}
}
