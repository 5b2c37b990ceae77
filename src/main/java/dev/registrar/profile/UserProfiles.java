package dev.registrar.profile;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import java.time.Duration;

/**
 * Port to the user profile API. Every method is one call or one small sequence of calls to the provider and throws exactly
 * {@link dev.registrar.model.UnavailableException}, {@link dev.registrar.model.RejectedException} and
 * {@link dev.registrar.model.UnknownOutcomeException}. Implementations are thread-safe.
 */
public interface UserProfiles {

    /** The API's promises, constant while the process runs. */
    ProfileGuarantees guarantees();

    /** Creates under {@code profile:<id>}, carrying the registration's id as the owner. */
    ProfileCreation.State create(RegistrationId id, UserProfile profile, CallLimit limit);

    /** Reads the user's profile; "ours" is one whose owner is this registration. */
    ProfileLookup find(RegistrationId id, String userId);

    /** Changes the profile if it is ours, conditional on the version read; otherwise only returns what it found. */
    ProfileLookup update(RegistrationId id, UserProfile profile);

    /** Deletes the profile if it is ours, conditional on the version read, and confirms by another read. */
    ProfileDeletion delete(RegistrationId id, String userId);

    /**
     * @param dedupesFor for how long the same key creates one profile; zero: the API does not deduplicate
     * @param finds whether a profile is found by its user
     */
    record ProfileGuarantees(Duration dedupesFor, boolean finds) {}
}
