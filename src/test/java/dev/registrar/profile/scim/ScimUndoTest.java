package dev.registrar.profile.scim;

import static dev.registrar.profile.scim.ScimFixture.UNAVAILABLE;
import static dev.registrar.profile.scim.ScimFixture.UNKNOWN;
import static dev.registrar.profile.scim.ScimFixture.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RegistrationId;
import dev.registrar.profile.UserProfileService.ProfileCreation;
import dev.registrar.profile.scim.ScimServer.Call;
import dev.registrar.profile.scim.ScimServer.Fault;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What an undo removes: only our own profile, only the version read, and never without a read that proves it. */
class ScimUndoTest {

    private static final String OTHER = "0f8e1c1a-0000-4000-8000-000000000002";

    @SuppressWarnings("NullAway.Init") // set by each nested class
    private ScimFixture with;

    @AfterEach
    void stop() {
        with.close();
    }

    private String ours() {
        return USER + " " + with.id;
    }

    private List<String> versionsSent(Call call) {
        return with.scim.requests().stream()
                .filter(request -> request.call() == call)
                .map(request -> String.valueOf(request.headers().get("if-match")))
                .toList();
    }

    private long asked(Call call) {
        return with.scim.calls().stream().filter(call::equals).count();
    }

    @Nested
    class ByDeletion {

        @BeforeEach
        void start() throws IOException {
            with = new ScimFixture(Undo.DELETE);
            with.create();
        }

        @Test
        void deleteRemovesOnlyTheVersionItSawAndReadsAgain() {
            assertThat(with.delete()).isEqualTo("DELETED");

            assertThat(with.scim.held()).isEmpty();
            assertThat(with.scim.calls())
                    .containsExactly(
                            Call.CREATE, Call.GET, Call.FEATURES, Call.SEARCH, Call.GET, Call.DELETE, Call.SEARCH);
            assertThat(versionsSent(Call.DELETE)).containsExactly("W/\"v1\"");
            assertThat(with.scim.last(Call.DELETE).target()).isEqualTo("/Users/2819c223-1");
            assertThat(with.scim.last(Call.DELETE).headers()).containsEntry("accept", "application/scim+json");
        }

        @Test
        void deleteLeavesWhatIsNotOursAndWhatIsNotThere() {
            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(with.delete()).isEqualTo("ABSENT");

            with.scim.put(USER, OTHER);
            assertThat(with.delete()).isEqualTo("NOT_OURS");

            assertThat(with.scim.held()).containsExactly(USER + " " + OTHER);
            assertThat(asked(Call.DELETE)).isOne();
        }

        @Test
        void versionInTheBodyIsAsGoodAsOneInTheHead() {
            with.scim.change(Call.GET, user -> user.withObject("/meta").put("version", "W/\"v1\""));

            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(versionsSent(Call.DELETE)).containsExactly("W/\"v1\"");
        }

        @Test
        void versionThatNoHeaderCanHoldIsNone() throws IOException {
            with.scim.answer(
                    Call.GET,
                    200,
                    "{\"id\":\"2819c223-1\",\"userName\":\"u-1\",\"externalId\":\"" + with.id
                            + "\",\"meta\":{\"version\":\"1\\r\\nX-Evil: 1\"}}");
            with.scim.meanwhile(Call.DELETE, () -> with.scim.answerAgain(Call.GET));

            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(versionsSent(Call.DELETE)).containsExactly("null");
            assertThat(with.scim.last(Call.DELETE).headers()).doesNotContainKey("x-evil");
        }

        @Test
        void deleteTakesTheNewVersionWhenTheUserChangedMeanwhile() {
            with.scim.meanwhile(Call.DELETE, () -> with.scim.edit(USER, user -> user.put("title", "Countess")));

            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(versionsSent(Call.DELETE)).containsExactly("W/\"v1\"", "W/\"v2\"");
        }

        @Test
        void deleteLeavesAUserThatAnotherTookOverMeanwhile() {
            with.scim.meanwhile(Call.DELETE, () -> with.scim.edit(USER, user -> user.put("externalId", OTHER)));

            assertThat(with.delete()).isEqualTo("ABSENT");
            assertThat(with.scim.held()).containsExactly(USER + " " + OTHER);
            assertThat(asked(Call.DELETE)).isOne();
        }

        @Test
        void deleteLeavesAUserThatLostItsMarkMeanwhile() {
            with.scim.meanwhile(Call.DELETE, () -> with.scim.edit(USER, user -> user.remove("externalId")));

            assertThat(with.delete()).isEqualTo(UNAVAILABLE);
            assertThat(with.delete()).isEqualTo(UNAVAILABLE);
            assertThat(with.scim.held()).containsExactly(USER + " unmarked");
            assertThat(asked(Call.DELETE)).isOne();
            assertThat(with.outbound.degraded()).hasSize(1);
        }

        @Test
        void deleteGoesWithoutAVersionWhenTheVersionJustReadIsRefusedTwice() {
            with.scim.refusesVersions();

            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(versionsSent(Call.DELETE)).containsExactly("W/\"v1\"", "W/\"v1\"", "null");

            with.create();
            with.delete();
            assertThat(asked(Call.FEATURES))
                    .as("what it says of itself is read again")
                    .isEqualTo(2);
        }

        @Test
        void conflictIsARefusedVersionToo() throws IOException {
            with.scim.answerError(Call.DELETE, 409, null);

            assertThat(with.delete()).isEqualTo(UNAVAILABLE);
            assertThat(versionsSent(Call.DELETE)).containsExactly("W/\"v1\"", "W/\"v1\"", "null");
        }

        @Test
        void deleteIsUnavailableWhenTheUserIsStillThere() throws IOException {
            with.scim.answer(Call.DELETE, 204, null);

            assertThat(with.delete()).isEqualTo(UNAVAILABLE);
            assertThat(asked(Call.DELETE)).isOne();
        }

        @Test
        void deleteIsDoneWhenTheNameHasANewUserOfAnotherAfterwards() {
            with.scim.will(Call.SEARCH, Fault.NONE);
            with.scim.meanwhile(Call.DELETE, () -> with.scim.meanwhile(Call.SEARCH, () -> with.scim.put(USER, OTHER)));

            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(with.scim.held()).containsExactly(USER + " " + OTHER);
        }

        @Test
        void deleteThatFoundNothingToDeleteIsAnAbsence() {
            with.scim.meanwhile(Call.DELETE, () -> with.scim.remove(USER));

            assertThat(with.delete()).isEqualTo("ABSENT");
        }

        @Test
        void featuresAreAskedOnce() {
            with.delete();
            with.create();
            with.delete();

            assertThat(asked(Call.DELETE)).isEqualTo(2);
            assertThat(asked(Call.FEATURES)).isOne();
        }

        @Test
        void serverThatComparesNoVersionsIsSentNone() {
            with.scim.comparesNoVersions();
            with.scim.change(Call.GET, user -> user.withObject("/meta").put("version", "1"));

            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(versionsSent(Call.DELETE)).containsExactly("null");
            assertThat(with.scim.calls())
                    .as("the read is the last thing before")
                    .containsSubsequence(Call.FEATURES, Call.SEARCH, Call.GET, Call.DELETE);
        }

        @Test
        void featuresThatTheServerDoesNotShowAreNoneAndAskedAgain() throws IOException {
            for (int status : List.of(403, 404, 501)) {
                with.scim.answerError(Call.FEATURES, status, null);
                assertThat(with.delete()).as("" + status).isEqualTo("DELETED");
                with.create();
            }
            with.scim.answerAgain(Call.FEATURES);
            with.delete();

            assertThat(versionsSent(Call.DELETE)).hasSize(4);
            assertThat(versionsSent(Call.DELETE).subList(0, 3)).containsOnly("null");
            assertThat(versionsSent(Call.DELETE).get(3)).startsWith("W/");
            assertThat(asked(Call.FEATURES)).isEqualTo(4);
        }

        @Test
        void featuresThatCannotBeReadLeaveTheUserAlone() throws IOException {
            with.scim.answer(Call.FEATURES, 200, "{\"etag\":{\"supported\":false}}");
            assertThat(with.delete()).isEqualTo(UNAVAILABLE);
            with.scim.answer(Call.FEATURES, 503, "{}");
            assertThat(with.delete()).isEqualTo(UNAVAILABLE);

            assertThat(with.scim.held()).containsExactly(ours());
            with.scim.answerAgain(Call.FEATURES);
            assertThat(with.delete()).isEqualTo("DELETED");
        }

        @Test
        void inactiveUserIsDeletedToo() {
            with.scim.edit(USER, user -> user.put("active", false));

            assertThat(with.find()).isEqualTo("OURS");
            assertThat(with.delete()).isEqualTo("DELETED");
        }
    }

    @Nested
    class ByDeactivation {

        @BeforeEach
        void start() throws IOException {
            with = new ScimFixture(Undo.DEACTIVATE);
            with.create();
        }

        @Test
        void deactivationIsProvedByAReadAndKeepsTheUser() {
            assertThat(with.delete()).isEqualTo("DELETED");

            assertThat(with.scim.held()).containsExactly(ours() + " inactive");
            assertThat(with.scim.calls()).doesNotContain(Call.DELETE).endsWith(Call.PATCH, Call.SEARCH, Call.GET);
            assertThat(versionsSent(Call.PATCH)).containsExactly("W/\"v1\"");
            assertThat(with.scim.last(Call.PATCH).body())
                    .isEqualTo("{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                            + "{\"op\":\"replace\",\"path\":\"active\",\"value\":false}]}");
        }

        @Test
        void whatWasDeactivatedIsNothingOfTheRegistrationAnyMore() {
            with.delete();

            assertThat(with.find()).isEqualTo("FOREIGN");
            assertThat(with.delete()).isEqualTo("ABSENT");
            assertThat(asked(Call.PATCH)).isOne();
            assertThat(with.create()).isEqualTo("CONFLICT");
        }

        @Test
        void newRegistrationOfADeactivatedUserFindsItForeign() {
            with.delete();
            RegistrationId next = RegistrationId.of(OTHER);

            assertThat(with.profiles.create(next, ScimFixture.profile(USER), CallLimit.FULL))
                    .isEqualTo(ProfileCreation.State.CONFLICT);
            assertThat(with.profiles.delete(next, USER).name()).isEqualTo("NOT_OURS");
            assertThat(with.scim.held()).containsExactly(ours() + " inactive");
        }

        @Test
        void deactivationWithoutEffectIsNone() throws IOException {
            with.scim.answer(Call.PATCH, 204, null);
            assertThat(with.delete()).isEqualTo(UNAVAILABLE);

            with.scim.answerAgain(Call.PATCH);
            with.scim.change(Call.GET, user -> user.remove("active"));
            assertThat(with.delete()).as("a read that does not say it").isEqualTo(UNAVAILABLE);
            assertThat(asked(Call.PATCH)).isEqualTo(2);
        }

        @Test
        void deactivationTakesTheNewVersionAndThenNone() {
            with.scim.refusesVersions();

            assertThat(with.delete()).isEqualTo("DELETED");
            assertThat(versionsSent(Call.PATCH)).containsExactly("W/\"v1\"", "W/\"v1\"", "null");
        }

        @Test
        void deactivationLeavesWhatIsNotOurs() {
            with.scim.edit(USER, user -> user.put("externalId", OTHER));

            assertThat(with.delete()).isEqualTo("NOT_OURS");
            assertThat(with.scim.calls()).doesNotContain(Call.PATCH);
        }

        @Test
        void userThatIsMadeInactiveIsNotMade() {
            with.scim.change(Call.GET, user -> user.put("active", false));

            assertThat(with.create("u-2")).isEqualTo(UNKNOWN);
        }
    }
}
