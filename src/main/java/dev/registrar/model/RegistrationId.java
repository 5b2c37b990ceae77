package dev.registrar.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The id of one registration: a random UUID, also its Temporal workflow id. Reveals nothing about the user. */
public record RegistrationId(UUID value) {

    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /** A new random id. Not for workflow code: an id exists before its workflow. */
    public static RegistrationId random() {
        return new RegistrationId(UUID.randomUUID());
    }

    /** Reads the canonical form of 36 characters; anything else is an {@link IllegalArgumentException}. */
    @JsonCreator
    public static RegistrationId of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a registration id"));
    }

    /** Reads the canonical form of 36 characters; empty for anything else ({@code UUID.fromString} is more lenient). */
    public static Optional<RegistrationId> parse(String text) {
        return CANONICAL.matcher(text).matches()
                ? Optional.of(new RegistrationId(UUID.fromString(text)))
                : Optional.empty();
    }

    @Override
    @JsonValue
    public String toString() {
        return value.toString();
    }
}
