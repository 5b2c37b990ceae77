package dev.registrar.profile;

import dev.registrar.model.CallLimit;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;

/** The profile activities, executed by the provider behind {@link UserProfiles}. */
public final class ProviderUserProfileService implements UserProfileService {

    private final UserProfiles profiles;

    public ProviderUserProfileService(UserProfiles profiles) {
        this.profiles = profiles;
    }

    @Override
    public ProfileCreation createUserProfile(CreateUserProfile request) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        CallLimit limit = info.isLocal() ? CallLimit.LOCAL : CallLimit.FULL;
        return new ProfileCreation(
                profiles.create(request.registrationId(), request.profile(), limit), info.getAttempt());
    }

    @Override
    public ProfileLookup getUserProfile(ProfileReference request) {
        return profiles.find(request.registrationId(), request.userId());
    }

    @Override
    public ProfileLookup updateUserProfile(UpdateUserProfile request) {
        return profiles.update(request.registrationId(), request.profile());
    }

    @Override
    public ProfileUndo deleteUserProfile(ProfileReference request) {
        return new ProfileUndo(
                profiles.delete(request.registrationId(), request.userId()),
                Activity.getExecutionContext().getInfo().getAttempt());
    }
}
