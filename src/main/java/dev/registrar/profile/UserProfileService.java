package dev.registrar.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.registrar.call.Attempted;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.ForwardCall;
import dev.registrar.model.Origin;
import dev.registrar.model.ProviderCall;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UndoCall;
import dev.registrar.model.UserProfile;
import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activities of the user profile API. All are safe to repeat with the same argument. */
@ActivityInterface
public interface UserProfileService {

    /** Creates the profile under {@code profile:<id>}; the result shows whether it is ours or another's. */
    ProfileCreation createUserProfile(CreateUserProfile request);

    /** Whether the user has a profile, and whether this registration created it. */
    ProfileLookup getUserProfile(ProfileReference request);

    /** Replaces the profile's data if this registration created it. */
    ProfileLookup updateUserProfile(UpdateUserProfile request);

    /** Deletes the profile if this registration created it, and reads again to confirm it. */
    ProfileUndo deleteUserProfile(ProfileReference request);

    /** @param origin which run makes the call */
    record CreateUserProfile(
            RegistrationId registrationId,
            UserProfile profile,
            Origin origin,
            @Nullable String provider) implements ForwardCall, ProfileCall {}

    /** @param attempt the undo that a delete belongs to; null for a read */
    record ProfileReference(
            RegistrationId registrationId,
            String userId,
            @Nullable UndoAttempt attempt,
            @Nullable String provider) implements UndoCall, ProfileCall {

        /** For a read. */
        public ProfileReference(RegistrationId registrationId, String userId) {
            this(registrationId, userId, null, null);
        }
    }

    record UpdateUserProfile(
            RegistrationId registrationId,
            UserProfile profile,
            @Nullable String provider) implements ProfileCall {}

    /** An argument for the API that acts for the registration. */
    interface ProfileCall extends ProviderCall {

        @Override
        default Step service() {
            return Step.PROFILE;
        }
    }

    /** How a create ended. */
    record ProfileCreation(
            State state,
            int attempt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures) implements Attempted {

        public ProfileCreation(State state, int attempt) {
            this(state, attempt, List.of());
        }

        public ProfileCreation {
            failures = AttemptFailure.listOf(failures);
        }

        @Override
        public ProfileCreation after(List<AttemptFailure> earlier) {
            return new ProfileCreation(state, attempt, earlier);
        }

        public enum State {
            CREATED,
            /** The user's profile was created by another registration. */
            CONFLICT
        }
    }

    record ProfileUndo(
            ProfileDeletion outcome,
            int attempt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements Attempted {

        public ProfileUndo(ProfileDeletion outcome, int attempt) {
            this(outcome, attempt, List.of());
        }

        public ProfileUndo {
            failures = AttemptFailure.listOf(failures);
        }

        @Override
        public ProfileUndo after(List<AttemptFailure> earlier) {
            return new ProfileUndo(outcome, attempt, earlier);
        }
    }

    enum ProfileDeletion {
        DELETED,
        ABSENT,
        NOT_OURS
    }

    /** @param etag the version seen, for a conditional change; absent with {@link Ownership#ABSENT} */
    record ProfileLookup(
            Ownership ownership,
            @Nullable String etag,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AttemptFailure> failures)
            implements Attempted {

        public ProfileLookup(Ownership ownership, @Nullable String etag) {
            this(ownership, etag, List.of());
        }

        public ProfileLookup {
            failures = AttemptFailure.listOf(failures);
        }

        @Override
        public ProfileLookup after(List<AttemptFailure> earlier) {
            return new ProfileLookup(ownership, etag, earlier);
        }

        public enum Ownership {
            ABSENT,
            OURS,
            FOREIGN
        }
    }
}
