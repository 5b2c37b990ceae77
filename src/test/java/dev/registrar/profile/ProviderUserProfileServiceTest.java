package dev.registrar.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.profile.UserProfileService.CreateUserProfile;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.testing.TestActivityEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderUserProfileServiceTest {

    private static final RegistrationId ID = RegistrationId.random();

    private final List<CallLimit> created = new ArrayList<>();
    private TestActivityEnvironment temporal;

    @BeforeEach
    void start() {
        temporal = TestActivityEnvironment.newInstance();
        temporal.registerActivitiesImplementations(new ProviderUserProfileService(new RecordingProfiles()));
    }

    @AfterEach
    void stop() {
        temporal.close();
    }

    private static CreateUserProfile request() {
        UserProfile profile = new UserProfile("u-1", new EmailAddress("ada@example.com"), "Ada", null, Map.of());
        return new CreateUserProfile(ID, profile, new Origin("an-earlier-run", 0), null);
    }

    @Test
    void createOfADurableActivityHasTheFullLimit() {
        UserProfileService durable = temporal.newActivityStub(
                UserProfileService.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(5))
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .build());

        assertThat(durable.createUserProfile(request()).state()).isEqualTo(ProfileCreation.State.CREATED);
        assertThat(created).containsExactly(CallLimit.FULL);
    }

    @Test
    void createOfALocalActivityHasTheLocalLimit() {
        UserProfileService local = temporal.newLocalActivityStub(
                UserProfileService.class,
                LocalActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(5))
                        .build(),
                Map.of());

        local.createUserProfile(request());

        assertThat(created).containsExactly(CallLimit.LOCAL);
    }

    private final class RecordingProfiles implements UserProfiles {

        @Override
        public ProfileGuarantees guarantees() {
            return new ProfileGuarantees(Duration.ofHours(24), true);
        }

        @Override
        public ProfileCreation.State create(RegistrationId id, UserProfile profile, CallLimit limit) {
            created.add(limit);
            return ProfileCreation.State.CREATED;
        }

        @Override
        public ProfileLookup find(RegistrationId id, String userId) {
            return new ProfileLookup(ProfileLookup.Ownership.ABSENT, null);
        }

        @Override
        public ProfileLookup update(RegistrationId id, UserProfile profile) {
            return find(id, profile.userId());
        }

        @Override
        public ProfileDeletion delete(RegistrationId id, String userId) {
            return ProfileDeletion.ABSENT;
        }
    }
}
