package dev.registrar.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The user to register. Everything except {@code userId} is personal data and never printed.
 *
 * @param userId the customer's opaque reference, never encrypted
 * @param phoneNumber absent: no SMS is sent
 * @param preferences scalars only (string, boolean, number, null), in the order given
 */
public record UserProfile(
        String userId,
        EmailAddress email,
        String fullName,
        @Nullable PhoneNumber phoneNumber,
        Map<String, @Nullable Object> preferences) {

    public UserProfile {
        preferences = preferences == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(preferences));
    }

    @Override
    public String toString() {
        return "UserProfile[userId=" + userId + ", …]";
    }
}
