package dev.registrar.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.sandbox.Outcome.Change;
import dev.registrar.sandbox.Outcome.Moment;
import dev.registrar.sandbox.Outcome.Subject;
import dev.registrar.sandbox.ProfileBook.StoredProfile.Profile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The profile provider: one profile per user. Deciding changes nothing. Guarded by the simulator's lock. */
final class ProfileBook {

    private final Map<String, StoredProfile> profiles = new HashMap<>();
    private final History<StoredProfile> history = new History<>();

    /** @param staleMillis the age of the state that a read shows; 0 for the current one */
    Outcome decide(ProviderCall call, Moment now, long staleMillis) {
        if (call.operation() == Operation.PROFILE_CREATE) {
            return create(call, now);
        }
        String userId = call.requiredTarget();
        StoredProfile stored = staleMillis > 0
                ? history.at(userId, now.at().toEpochMilli() - staleMillis).orElse(null)
                : profiles.get(userId);
        if (stored == null) {
            return Outcome.unchanged(
                    Reply.error(404, "not_found", "no such profile"), new Subject(userId, null, null, null));
        }
        Subject subject = subject(stored.profile());
        String expected = call.ifMatch();
        if (expected != null && !expected.equals("*") && !expected.equals(stored.etag())) {
            return Outcome.unchanged(
                    Reply.error(412, "precondition_failed", "the profile has another version"), subject);
        }
        return switch (call.operation()) {
            case PROFILE_GET -> Outcome.unchanged(Reply.json(200, stored.profile(), stored.etag()), subject);
            case PROFILE_UPDATE -> update(call, stored.profile(), now);
            case PROFILE_DELETE -> Outcome.done(Reply.noContent(), subject, Change.deleted(userId));
            default -> throw new IllegalArgumentException(call.operation().name());
        };
    }

    /** @param at when the change was made, in milliseconds since the epoch */
    void apply(Change change, long at) {
        StoredProfile written = change.profile();
        if (written != null) {
            profiles.put(written.profile().userId(), written);
            history.record(written.profile().userId(), at, written);
        }
        if (change.deletedProfile() != null) {
            profiles.remove(change.deletedProfile());
            history.record(change.deletedProfile(), at, null);
        }
    }

    int size() {
        return profiles.size();
    }

    private Outcome create(ProviderCall call, Moment now) {
        Profile profile = new Profile(
                call.text("userId"),
                call.text("email"),
                call.text("fullName"),
                call.optionalText("phoneNumber"),
                preferences(call, null),
                call.text("registrationId"),
                now.timestamp(),
                now.timestamp());
        if (profiles.containsKey(profile.userId())) {
            return Outcome.unchanged(
                    Reply.error(409, "profile_exists", "the user has a profile already"), subject(profile));
        }
        StoredProfile stored = new StoredProfile(profile, now.seq());
        return Outcome.done(Reply.json(201, profile, stored.etag()), subject(profile), Change.of(stored));
    }

    private static Outcome update(ProviderCall call, Profile old, Moment now) {
        JsonNode body = call.body();
        Profile profile = new Profile(
                old.userId(),
                body.has("email") ? call.text("email") : old.email(),
                body.has("fullName") ? call.text("fullName") : old.fullName(),
                body.has("phoneNumber") ? call.optionalText("phoneNumber") : old.phoneNumber(),
                preferences(call, old.preferences()),
                old.registrationId(),
                old.createdAt(),
                now.timestamp());
        StoredProfile stored = new StoredProfile(profile, now.seq());
        return Outcome.done(Reply.json(200, profile, stored.etag()), subject(profile), Change.of(stored));
    }

    private static JsonNode preferences(ProviderCall call, @Nullable JsonNode old) {
        JsonNode given = call.body().path("preferences");
        if (given.isObject()) {
            return given;
        }
        return old == null ? JsonCodec.emptyObject() : old;
    }

    private static Subject subject(Profile profile) {
        return new Subject(profile.userId(), null, null, profile.registrationId());
    }

    /** A profile and the version in its ETag (the sequence number of the request that wrote it). */
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

    /** The values of each id over time, so that a stale read can show an earlier one. Guarded by the simulator's lock. */
    static final class History<T> {

        private final Map<String, TreeMap<Long, Optional<T>>> versions = new HashMap<>();

        /** @param value absent once the id is deleted */
        void record(String id, long at, @Nullable T value) {
            versions.computeIfAbsent(id, key -> new TreeMap<>()).put(at, Optional.ofNullable(value));
        }

        /** The value at that time, in milliseconds since the epoch; empty if there was none. */
        Optional<T> at(String id, long time) {
            TreeMap<Long, Optional<T>> known = versions.get(id);
            Map.Entry<Long, Optional<T>> last = known == null ? null : known.floorEntry(time);
            return last == null ? Optional.empty() : last.getValue();
        }
    }
}
