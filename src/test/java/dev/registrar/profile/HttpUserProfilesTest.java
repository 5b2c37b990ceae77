package dev.registrar.profile;

import static dev.registrar.outbound.ProviderStub.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.model.UserProfile;
import dev.registrar.outbound.LocalCallContract;
import dev.registrar.outbound.ProviderStub;
import dev.registrar.outbound.ProviderStub.Behaviour;
import dev.registrar.outbound.ProviderStub.Request;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.UserProfiles.ProfileGuarantees;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpUserProfilesTest extends LocalCallContract {

    private static final RegistrationId ID = RegistrationId.of("0f8e1c1a-0000-4000-8000-000000000001");
    private static final String OTHER = "0f8e1c1a-0000-4000-8000-000000000002";
    private static final String USER = "u/1 ü?#..";
    private static final String USER_PATH = "/base/profiles/u%2F1%20%C3%BC%3F%23..";

    @Override
    protected Step service() {
        return Step.PROFILE;
    }

    @Override
    protected void call(ServiceClient client, CallLimit limit) {
        new HttpUserProfiles(client, new ProfileGuarantees(Duration.ofHours(24), true)).create(ID, profile(), limit);
    }

    private static UserProfile profile() {
        Map<String, Object> preferences = new LinkedHashMap<>();
        preferences.put("locale", "en");
        preferences.put("credit", new BigDecimal("1E+3"));
        preferences.put("beta", true);
        return new UserProfile(USER, new EmailAddress("ada@example.com"), "Ada", null, preferences);
    }

    private HttpUserProfiles profiles() {
        return new HttpUserProfiles(client(), new ProfileGuarantees(Duration.ofHours(24), true));
    }

    /** Its 404 proves nothing, so nothing is deleted and nothing counts as absent. */
    @Test
    void apiThatDoesNotFindLeavesTheProfileUnknown() {
        HttpUserProfiles blind = new HttpUserProfiles(client(), new ProfileGuarantees(Duration.ofHours(24), false));

        assertThatThrownBy(() -> blind.find(ID, USER)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> blind.delete(ID, USER)).isInstanceOf(UnavailableException.class);
    }

    private static String json(String userId, String registrationId) {
        return "{\"userId\":\"" + userId + "\",\"registrationId\":\"" + registrationId + "\",\"new\":[1]}";
    }

    private static Behaviour seen(String registrationId, String etag) {
        return answer(200, json(USER, registrationId), "ETag: " + etag);
    }

    private static Behaviour absent() {
        return answer(404, "{\"code\":\"not_found\"}");
    }

    private ProfileCreation.State create() {
        return profiles().create(ID, profile(), CallLimit.FULL);
    }

    @Test
    void createSendsKeyAndOneBodyForOneKey() {
        provider.will(answer(201, json(USER, ID.toString())), answer(201, json(USER, ID.toString())));

        assertThat(create()).isEqualTo(ProfileCreation.State.CREATED);
        assertThat(create()).isEqualTo(ProfileCreation.State.CREATED);

        Request first = provider.requests().get(0);
        assertThat(first.method() + " " + first.target()).isEqualTo("POST /base/profiles");
        assertThat(first.headers())
                .containsEntry("idempotency-key", "profile:" + ID)
                .containsEntry("user-agent", "registrar")
                .doesNotContainKeys("accept-encoding", "upgrade", "cookie", "expect");
        assertThat(first.body())
                .isEqualTo("{\"userId\":\"u/1 ü?#..\",\"email\":\"ada@example.com\",\"fullName\":\"Ada\","
                        + "\"phoneNumber\":null,\"preferences\":{\"beta\":true,\"credit\":1000,\"locale\":\"en\"},"
                        + "\"registrationId\":\"" + ID + "\"}");
        assertThat(provider.lastRequest().body()).isEqualTo(first.body());
    }

    @Test
    void createIsUnknownWhenTheAnswerIsAboutAnotherProfile() {
        provider.will(answer(201, json(USER, OTHER)), answer(201, json("u-2", ID.toString())));

        assertThatThrownBy(this::create).isInstanceOf(UnknownOutcomeException.class);
        assertThatThrownBy(this::create).isInstanceOf(UnknownOutcomeException.class);
    }

    @Test
    void createAfterAConflictLooksWhoseProfileItIs() {
        Behaviour conflict = answer(409, "{\"code\":\"profile_exists\"}");
        provider.will(conflict, seen(ID.toString(), "\"1\""), conflict, seen(OTHER, "\"1\""), conflict, absent());

        assertThat(create()).isEqualTo(ProfileCreation.State.CREATED);
        assertThat(create()).isEqualTo(ProfileCreation.State.CONFLICT);
        assertThatThrownBy(this::create).isInstanceOf(UnknownOutcomeException.class);
        assertThat(provider.lastRequest().target()).isEqualTo(USER_PATH);
    }

    @Test
    void createAfterAConflictIsUnavailableWhenItCannotLook() {
        provider.will(answer(409, "{\"code\":\"profile_exists\"}"), answer(500, ""));

        assertThatThrownBy(this::create).isInstanceOf(UnavailableException.class);
    }

    @Test
    void localCreateAndItsLookTogetherEndWithinTheLocalLimit() {
        provider.will(answer(409, "{\"code\":\"profile_exists\"}"), ProviderStub.hang());

        UnknownOutcomeException failure = catchThrowableOfType(
                UnknownOutcomeException.class, () -> profiles().create(ID, profile(), CallLimit.LOCAL));

        assertThat(failure.localLimit()).isTrue();
    }

    @Test
    void findTellsOursFromForeignAndAbsent() {
        provider.will(seen(ID.toString(), "\"7\""), seen(OTHER, "\"8\""), absent(), answer(200, json(USER, OTHER)));

        assertThat(profiles().find(ID, USER)).isEqualTo(new ProfileLookup(Ownership.OURS, "\"7\""));
        assertThat(profiles().find(ID, USER)).isEqualTo(new ProfileLookup(Ownership.FOREIGN, "\"8\""));
        assertThat(profiles().find(ID, USER)).isEqualTo(new ProfileLookup(Ownership.ABSENT, null));
        assertThat(profiles().find(ID, USER))
                .as("an API without versions")
                .isEqualTo(new ProfileLookup(Ownership.FOREIGN, null));
    }

    @Test
    void deleteRemovesOnlyTheVersionItSawAndLooksAgain() {
        provider.will(seen(ID.toString(), "\"7\""), answer(204, ""), absent());

        assertThat(profiles().delete(ID, USER)).isEqualTo(ProfileDeletion.DELETED);

        Request deletion = provider.requests().get(1);
        assertThat(deletion.method() + " " + deletion.target()).isEqualTo("DELETE " + USER_PATH);
        assertThat(deletion.headers()).containsEntry("if-match", "\"7\"");
    }

    @Test
    void deleteLeavesWhatIsNotOurs() {
        provider.will(seen(OTHER, "\"7\""), absent());

        assertThat(profiles().delete(ID, USER)).isEqualTo(ProfileDeletion.NOT_OURS);
        assertThat(profiles().delete(ID, USER)).isEqualTo(ProfileDeletion.ABSENT);
        assertThat(provider.requests()).extracting(Request::method).containsOnly("GET");
    }

    @Test
    void deleteIsDoneWhenTheUserHasANewProfileOfAnotherAfterwards() {
        provider.will(seen(ID.toString(), "\"7\""), answer(204, ""), seen(OTHER, "\"1\""));

        assertThat(profiles().delete(ID, USER)).isEqualTo(ProfileDeletion.DELETED);
    }

    @Test
    void deleteIsUnavailableWhenTheProfileIsStillThere() {
        provider.will(seen(ID.toString(), "\"7\""), answer(204, ""), seen(ID.toString(), "\"7\""));

        assertThatThrownBy(() -> profiles().delete(ID, USER)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void deleteGoesWithoutAVersionWhenTheVersionJustReadIsRefusedTwice() {
        Behaviour weak = seen(ID.toString(), "W/\"7\"");
        provider.will(weak, answer(412, "{}"), weak, answer(412, "{}"), weak, answer(204, ""), absent());

        assertThat(profiles().delete(ID, USER)).isEqualTo(ProfileDeletion.DELETED);

        assertThat(provider.requests())
                .filteredOn(request -> request.method().equals("DELETE"))
                .extracting(request -> String.valueOf(request.headers().get("if-match")))
                .containsExactly("W/\"7\"", "W/\"7\"", "null");
    }

    @Test
    void deleteLeavesAProfileThatAnotherTookOverMeanwhile() {
        provider.will(seen(ID.toString(), "\"7\""), answer(412, "{}"), seen(OTHER, "\"8\""));

        assertThat(profiles().delete(ID, USER)).isEqualTo(ProfileDeletion.ABSENT);

        assertThat(provider.requests()).hasSize(3);
    }

    @Test
    void deleteThatFoundNothingToDeleteIsAnAbsence() {
        provider.will(seen(ID.toString(), "\"7\""), absent(), absent());

        assertThat(profiles().delete(ID, USER)).isEqualTo(ProfileDeletion.ABSENT);
    }

    @Test
    void updateChangesOnlyOurs() {
        provider.will(seen(ID.toString(), "\"7\""), seen(ID.toString(), "\"8\""), seen(OTHER, "\"9\""));

        assertThat(profiles().update(ID, profile())).isEqualTo(new ProfileLookup(Ownership.OURS, "\"8\""));
        assertThat(profiles().update(ID, profile()).ownership()).isEqualTo(Ownership.FOREIGN);

        assertThat(provider.requests()).extracting(Request::method).containsExactly("GET", "PATCH", "GET");
        assertThat(provider.requests().get(1).headers()).containsEntry("if-match", "\"7\"");
    }

    @Test
    void updateIsUnavailableWhenTheProfileChangedMeanwhile() {
        provider.will(seen(ID.toString(), "\"7\""), answer(412, "{}"));

        assertThatThrownBy(() -> profiles().update(ID, profile())).isInstanceOf(UnavailableException.class);
    }
}
