package dev.registrar.profile.scim;

import static dev.registrar.profile.scim.ScimFixture.UNAVAILABLE;
import static dev.registrar.profile.scim.ScimFixture.UNKNOWN;
import static dev.registrar.profile.scim.ScimFixture.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.model.UserProfile;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ProviderStub;
import dev.registrar.profile.UserProfileService.ProfileLookup;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.scim.ScimServer.Call;
import dev.registrar.profile.scim.ScimServer.Request;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScimUserProfilesTest {

    private static final String OTHER = "0f8e1c1a-0000-4000-8000-000000000002";

    private ScimFixture with;

    @BeforeEach
    void start() throws IOException {
        with = new ScimFixture();
    }

    @AfterEach
    void stop() {
        with.close();
    }

    private String ours() {
        return USER + " " + with.id;
    }

    @Test
    void createSendsAStandardUserAndOnlyThenReadsWhoseItIs() {
        assertThat(with.create()).isEqualTo("CREATED");

        assertThat(with.scim.calls()).containsExactly(Call.CREATE, Call.GET);
        Request post = with.scim.requests().get(0);
        assertThat(post.method() + " " + post.target()).isEqualTo("POST /Users");
        assertThat(post.headers())
                .containsEntry("content-type", "application/scim+json")
                .containsEntry("accept", "application/scim+json")
                .doesNotContainKeys("idempotency-key", "if-match");
        assertThat(post.body())
                .isEqualTo("{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"u-1\","
                        + "\"externalId\":\"" + with.id + "\",\"active\":true,"
                        + "\"name\":{\"formatted\":\"Ada Lovelace\"},\"displayName\":\"Ada Lovelace\","
                        + "\"emails\":[{\"value\":\"ada@example.com\",\"type\":\"work\",\"primary\":true}],"
                        + "\"phoneNumbers\":[{\"value\":\"tel:+14155550101\",\"type\":\"mobile\",\"primary\":true}]}");
        Request get = with.scim.last(Call.GET);
        assertThat(get.method() + " " + get.target()).isEqualTo("GET /Users/2819c223-1");
        assertThat(get.headers()).containsEntry("accept", "application/scim+json");
    }

    @Test
    void createOfAUserWithoutAPhoneSendsNone() {
        UserProfile profile = new UserProfile(USER, new EmailAddress("a@example.com"), "Ada", null, Map.of());

        with.profiles.create(with.id, profile, CallLimit.FULL);

        assertThat(with.scim.last(Call.CREATE).body()).doesNotContain("phoneNumbers", "null");
    }

    @Test
    void repeatedCreateMakesOneUserAndIsCreatedBecauseThatOneIsOurs() {
        assertThat(with.create()).isEqualTo("CREATED");
        assertThat(with.create()).isEqualTo("CREATED");

        assertThat(with.scim.held()).containsExactly(ours());
        assertThat(with.scim.calls()).containsExactly(Call.CREATE, Call.GET, Call.CREATE, Call.SEARCH, Call.GET);
    }

    @Test
    void createIsAConflictWithTheUserOfAnother() {
        with.scim.put(USER, OTHER);

        assertThat(with.create()).isEqualTo("CONFLICT");
        assertThat(with.scim.held()).containsExactly(USER + " " + OTHER);
    }

    @Test
    void takenNameIsAlsoOneThatIsAnsweredWith400() throws IOException {
        with.create();
        with.scim.answerError(Call.CREATE, 400, "uniqueness");

        assertThat(with.create()).isEqualTo("CREATED");
    }

    @Test
    void createIsUnknownWhenTheNameIsTakenAndThereIsNoSuchUser() throws IOException {
        with.scim.answerError(Call.CREATE, 409, "uniqueness");

        assertThat(with.create()).isEqualTo(UNKNOWN);
    }

    @Test
    void createIsUnknownWhenTheReadShowsAnotherOwnerOrNone() throws IOException {
        with.scim.change(Call.GET, user -> user.put("externalId", OTHER));
        assertThat(with.create()).isEqualTo(UNKNOWN);

        with.scim.change(Call.CREATE, user -> user.put("id", "no-such-id"));
        assertThat(with.create("u-2")).isEqualTo(UNKNOWN);
        assertThat(with.scim.calls()).endsWith(Call.CREATE, Call.GET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"id\":\"\"}", "{\"id\":17}", "[]", "null", "\"1\""})
    void createIsUnknownWhenItsAnswerNamesNoUser(String body) throws IOException {
        with.scim.answer(Call.CREATE, 201, body);

        assertThat(with.create()).isEqualTo(UNKNOWN);
        assertThat(with.scim.calls()).containsExactly(Call.CREATE);
    }

    @Test
    void idOfTheServerIsOneSegmentOfThePath() throws IOException {
        with.scim.answer(Call.CREATE, 201, "{\"id\":\"../Groups/1?x=#\"}");

        assertThat(with.create()).isEqualTo(UNKNOWN);
        assertThat(with.scim.last(Call.GET).target()).isEqualTo("/Users/..%2FGroups%2F1%3Fx%3D%23");
    }

    @Test
    void externalIdThatIsNotKeptIsUnknownShownAndNeverDeleted() {
        with.scim.dropsExternalIds();

        assertThat(with.create()).isEqualTo(UNKNOWN);
        assertThat(with.create()).as("again, after a conflict").isEqualTo(UNKNOWN);
        assertThat(with.find()).isEqualTo(UNAVAILABLE);
        assertThat(with.delete()).isEqualTo(UNAVAILABLE);

        assertThat(with.scim.held()).containsExactly(USER + " unmarked");
        assertThat(with.scim.calls()).doesNotContain(Call.DELETE, Call.PATCH);
        assertThat(with.outbound.degraded())
                .containsExactly(Map.entry(Step.PROFILE, "users are read without externalId, their owner is unknown"));
        assertThat(with.outbound.countedAsFailed())
                .as("one user that is not marked says nothing about the next call")
                .isZero();
    }

    @Test
    void userWithoutExternalIdIsShownUntilOneThatWasMadeHasKeptIts() {
        with.scim.put("u-9", "");
        with.scim.put(USER, null);
        assertThat(with.create()).isEqualTo(UNKNOWN);
        assertThat(with.create("u-9")).isEqualTo(UNKNOWN);
        assertThat(with.outbound.degraded()).hasSize(1);

        with.scim.remove(USER);
        assertThat(with.find()).isEqualTo("ABSENT");
        assertThat(with.outbound.degraded()).hasSize(1);
        assertThat(with.create()).isEqualTo("CREATED");

        assertThat(with.outbound.degraded()).isEmpty();
    }

    /** A create whose POST made a user and whose read gets this response. */
    private UnknownOutcomeException unread(CallLimit limit, ProviderStub.Behaviour read) throws IOException {
        try (ProviderStub stub = new ProviderStub();
                OutboundFixture outbound = new OutboundFixture()) {
            ScimUserProfiles profiles = new ScimUserProfiles(outbound.client(Step.PROFILE, stub.url()), Undo.DELETE);
            stub.will(ProviderStub.answer(201, "{\"id\":\"1\"}"), read);

            UnknownOutcomeException failure = catchThrowableOfType(
                    UnknownOutcomeException.class, () -> profiles.create(with.id, ScimFixture.profile(USER), limit));

            assertThat(stub.requests()).hasSize(2);
            return failure;
        }
    }

    @Test
    void localCreateAndItsReadTogetherEndWithinTheLocalLimit() throws IOException {
        assertThat(unread(CallLimit.LOCAL, ProviderStub.hang()).localLimit()).isTrue();
        assertThat(unread(CallLimit.LOCAL, ProviderStub.reset()).localLimit()).isFalse();
        assertThat(unread(CallLimit.FULL, ProviderStub.hang()).localLimit()).isFalse();
    }

    @Test
    void unreadCreationWaitsAsLongAsTheReadWasAskedTo() throws IOException {
        UnknownOutcomeException failure = unread(CallLimit.FULL, ProviderStub.answer(429, "{}", "Retry-After: 9"));

        assertThat(failure.retryAfter()).contains(java.time.Duration.ofSeconds(9));
    }

    @Test
    void creationIsNotRejectedBecauseItsReadIs() throws IOException {
        String error = "{\"schemas\":[\"" + ScimServer.ERROR_SCHEMA + "\"],\"scimType\":\"invalidValue\"}";

        assertThat(unread(CallLimit.FULL, ProviderStub.answer(400, error))).hasMessageContaining("invalidvalue");
    }

    @Test
    void findTellsOursFromForeignAndAbsent() {
        assertThat(with.find()).isEqualTo("ABSENT");

        with.create();
        ProfileLookup ours = with.profiles.find(with.id, USER);
        ProfileLookup foreign = with.profiles.find(RegistrationId.of(OTHER), USER);

        assertThat(ours).isEqualTo(new ProfileLookup(Ownership.OURS, "W/\"v1\""));
        assertThat(foreign.ownership()).isEqualTo(Ownership.FOREIGN);
        assertThat(with.outbound.degraded()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\", "\" or userName pr or userName eq \"", "a&b=c+d%20e", "ü/\u2028\n\t", "..."})
    void nameIsOneValueOfTheFilterWhateverIsInIt(String name) throws IOException {
        with.scim.put("u-7", OTHER);
        with.create(name);

        assertThat(with.profiles.find(with.id, name).ownership()).isEqualTo(Ownership.OURS);
        assertThat(with.scim.last(Call.SEARCH).target())
                .startsWith("/Users?filter=userName%20eq%20%22")
                .endsWith("%22&startIndex=1&count=2")
                .matches("[!-~]*")
                .doesNotContain("+");
    }

    @Test
    void userOfAnotherCaseIsInTheWayAndNotOurs() {
        with.scim.put("U-1", OTHER);

        assertThat(with.create()).isEqualTo("CONFLICT");
        assertThat(with.find()).isEqualTo("FOREIGN");
        assertThat(with.delete()).isEqualTo("NOT_OURS");
    }

    @Test
    void ownExternalIdUnderANameOfAnotherCaseIsNoAnswer() {
        with.scim.put("U-1", with.id.toString());

        assertThat(with.find()).isEqualTo(UNAVAILABLE);
        assertThat(with.delete()).isEqualTo(UNAVAILABLE);
        assertThat(with.scim.calls()).doesNotContain(Call.DELETE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "more than one | {'schemas':[L],'totalResults':2,'Resources':[A,A]}",
                "more than are shown | {'schemas':[L],'totalResults':2,'Resources':[A]}",
                "fewer than are shown | {'schemas':[L],'totalResults':0,'Resources':[A]}",
                "one that is not shown | {'schemas':[L],'totalResults':1,'Resources':[]}",
                "one, and no list | {'schemas':[L],'totalResults':1}",
                "a negative number | {'schemas':[L],'totalResults':-1,'Resources':[]}",
                "no number | {'schemas':[L],'Resources':[]}",
                "a number as text | {'schemas':[L],'totalResults':'0','Resources':[]}",
                "a list that starts later | {'schemas':[L],'totalResults':0,'startIndex':2,'Resources':[]}",
                "another schema | {'schemas':['urn:x'],'totalResults':0,'Resources':[]}",
                "no schema | {'totalResults':0,'Resources':[]}",
                "an empty object | {}",
                "an array | []",
                "null | null",
                "null in the list | {'schemas':[L],'totalResults':1,'Resources':[null]}",
                "another user | {'schemas':[L],'totalResults':1,'Resources':[{'id':'1','userName':'u-2'}]}",
                "a user without a name | {'schemas':[L],'totalResults':1,'Resources':[{'id':'1'}]}",
                "a user without an id | {'schemas':[L],'totalResults':1,'Resources':[{'userName':'u-1'}]}",
                "a user | A"
            })
    void listThatDoesNotSayOneOrNoneIsNoAnswer(String name, String body) throws IOException {
        with.create();
        with.scim.answer(
                Call.SEARCH,
                200,
                body.replace("L", "'urn:ietf:params:scim:api:messages:2.0:ListResponse'")
                        .replace("A", "{'id':'2819c223-1','userName':'u-1','externalId':'" + with.id + "'}")
                        .replace('\'', '"'));

        assertThat(with.find()).isEqualTo(UNAVAILABLE);
        assertThat(with.delete()).isEqualTo(UNAVAILABLE);
        assertThat(with.scim.held()).containsExactly(ours());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "another id | {'id':'9','userName':'u-1','externalId':E}",
                "no id | {'userName':'u-1','externalId':E}",
                "another name | {'id':'2819c223-1','userName':'u-2','externalId':E}",
                "no name | {'id':'2819c223-1','externalId':E}",
                "a number | {'id':'2819c223-1','userName':'u-1','externalId':17}",
                "text for a state | {'id':'2819c223-1','userName':'u-1','externalId':E,'active':'False'}",
                "null | null",
                "a list | [{'id':'2819c223-1','userName':'u-1','externalId':E}]"
            })
    void readThatIsNotOfTheUserIsNoAnswer(String name, String body) throws IOException {
        with.create();
        with.scim.answer(Call.GET, 200, body.replace("E", "'" + with.id + "'").replace('\'', '"'));

        assertThat(with.find()).isEqualTo(UNAVAILABLE);
        assertThat(with.delete()).isEqualTo(UNAVAILABLE);
        assertThat(with.scim.held()).containsExactly(ours());
    }

    @Test
    void externalIdOfTheListCountsForNothing() {
        with.scim.put(USER, OTHER);
        with.scim.change(Call.SEARCH, list -> ((ObjectNode) list.at("/Resources/0")).put("externalId", "" + with.id));

        assertThat(with.find()).isEqualTo("FOREIGN");
        assertThat(with.delete()).isEqualTo("NOT_OURS");
    }

    @Test
    void userThatTheListStillShowsIsAbsentWhenTheReadFindsNone() throws IOException {
        with.create();
        with.scim.answerError(Call.GET, 404, null);

        assertThat(with.find()).isEqualTo("ABSENT");
    }

    @Test
    void absenceIsOnlyA404OfScim() throws IOException {
        with.create();
        with.scim.answer(Call.GET, 404, "{\"message\":\"no such page\"}");

        assertThat(with.find()).isEqualTo(UNAVAILABLE);
    }

    @Test
    void updateReplacesWhatWeWroteAndLeavesTheRest() {
        with.create();
        with.scim.edit(USER, user -> user.put("title", "Countess"));
        UserProfile profile = new UserProfile(USER, new EmailAddress("al@example.com"), "Ada King", null, Map.of());

        ProfileLookup after = with.profiles.update(with.id, profile);

        assertThat(after).isEqualTo(new ProfileLookup(Ownership.OURS, "W/\"v3\""));
        Request patch = with.scim.last(Call.PATCH);
        assertThat(patch.headers())
                .containsEntry("if-match", "W/\"v2\"")
                .containsEntry("content-type", "application/scim+json");
        assertThat(patch.body())
                .isEqualTo("{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                        + "{\"op\":\"replace\",\"path\":\"name.formatted\",\"value\":\"Ada King\"},"
                        + "{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"Ada King\"},"
                        + "{\"op\":\"replace\",\"path\":\"emails\",\"value\":"
                        + "[{\"value\":\"al@example.com\",\"type\":\"work\",\"primary\":true}]},"
                        + "{\"op\":\"remove\",\"path\":\"phoneNumbers\"}]}");
        assertThat(with.scim.user(USER).path("title").asText()).isEqualTo("Countess");
        assertThat(with.scim.user(USER).path("displayName").asText()).isEqualTo("Ada King");
        assertThat(with.scim.user(USER).has("phoneNumbers")).isFalse();
    }

    private String update() {
        return ScimFixture.outcome(
                () -> with.profiles.update(with.id, ScimFixture.profile(USER)).ownership());
    }

    @Test
    void updateChangesOnlyOurs() {
        assertThat(update()).isEqualTo("ABSENT");

        with.scim.put(USER, OTHER);
        assertThat(update()).isEqualTo("FOREIGN");

        assertThat(with.scim.calls()).doesNotContain(Call.PATCH);
    }

    @Test
    void updateIsUnavailableWhenTheUserChangedMeanwhileAndAbsentWhenItWent() {
        with.create();
        with.scim.meanwhile(Call.PATCH, () -> with.scim.edit(USER, user -> user.put("title", "Countess")));
        assertThat(update()).isEqualTo(UNAVAILABLE);

        with.scim.meanwhile(Call.PATCH, () -> with.scim.remove(USER));
        assertThat(update()).isEqualTo("ABSENT");
    }

    @Test
    void guaranteesAreToFindAndNotToDedupe() {
        assertThat(with.profiles.guarantees().finds()).isTrue();
        assertThat(with.profiles.guarantees().dedupesFor()).isZero();
    }
}
