package dev.registrar.profile.scim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.CallLimit;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.profile.scim.ScimServer.Call;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error that RFC 7644 documents and its meaning here; values missing from the tables are unknown and counted. */
class ScimTablesTest {

    private @Nullable ScimFixture open;

    private ScimFixture with(Undo undo) throws IOException {
        ScimFixture fixture = new ScimFixture(undo);
        open = fixture;
        return fixture;
    }

    @AfterEach
    void stop() {
        if (open != null) {
            open.close();
        }
    }

    private static void assertCounted(ScimFixture with, String counted, double times) {
        assertThat(with.outbound.unlisted("error")).isEqualTo(counted.equals("error") ? times : 0);
        assertThat(with.outbound.unlisted("http_status")).isEqualTo(counted.equals("http_status") ? times : 0);
        assertThat(with.outbound.unlisted("status")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "400, mutability, RejectedException, ''",
        "400, invalidSyntax, RejectedException, ''",
        "400, invalidPath, RejectedException, ''",
        "400, noTarget, RejectedException, ''",
        "400, invalidValue, RejectedException, ''",
        "400, , RejectedException, ''",
        "400, uniqueness, UnknownOutcomeException, ''",
        "400, invalidFilter, UnavailableException, ''",
        "400, sensitive, UnavailableException, ''",
        "400, invalidVers, UnavailableException, ''",
        "400, tooMany, UnknownOutcomeException, ''",
        "400, surprise, UnknownOutcomeException, error",
        "307, , UnavailableException, ''",
        "308, , UnavailableException, ''",
        "401, , UnavailableException, ''",
        "403, , UnavailableException, ''",
        "404, , UnavailableException, ''",
        "409, uniqueness, UnknownOutcomeException, ''",
        "409, , UnknownOutcomeException, ''",
        "412, , RejectedException, ''",
        "413, , RejectedException, ''",
        "500, , UnknownOutcomeException, ''",
        "501, , UnavailableException, ''",
        "405, , UnavailableException, ''",
        "407, , UnavailableException, ''",
        "408, , UnknownOutcomeException, ''",
        "425, , UnavailableException, ''",
        "429, , UnavailableException, ''",
        "502, , UnknownOutcomeException, ''",
        "503, , UnknownOutcomeException, ''",
        "504, , UnknownOutcomeException, ''",
        "302, , UnknownOutcomeException, http_status",
        "402, , UnknownOutcomeException, http_status",
        "406, , UnknownOutcomeException, http_status",
        "410, , UnknownOutcomeException, http_status",
        "415, , UnknownOutcomeException, http_status",
        "422, , UnknownOutcomeException, http_status",
        "599, , UnknownOutcomeException, http_status"
    })
    void errorOfACreate(int status, String scimType, String meaning, String counted) throws IOException {
        ScimFixture with = with(Undo.DELETE);
        with.scim.answerError(Call.CREATE, status, scimType);

        assertThat(with.create()).isEqualTo(meaning);
        assertCounted(with, counted, 1);
        assertThat(with.scim.held()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"307", "308", "401", "403", "404", "405", "407", "425", "501"})
    void serverThatRefusesUsIsShown(int status) throws IOException {
        ScimFixture with = with(Undo.DELETE);
        with.scim.answerError(Call.CREATE, status, null);

        with.create();

        assertThat(with.outbound.refusedBy()).containsExactly(Map.entry(Step.PROFILE, status));
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalidFilter, UnavailableException, ''",
        "400, tooMany, UnavailableException, ''",
        "400, sensitive, UnavailableException, ''",
        "400, invalidVers, UnavailableException, ''",
        "400, invalidValue, RejectedException, ''",
        "400, , RejectedException, ''",
        "400, surprise, UnavailableException, error",
        "401, , UnavailableException, ''",
        "403, , UnavailableException, ''",
        "404, , UnavailableException, ''",
        "409, , RejectedException, ''",
        "412, , RejectedException, ''",
        "413, , RejectedException, ''",
        "429, , UnavailableException, ''",
        "500, , UnavailableException, ''",
        "501, , UnavailableException, ''",
        "302, , UnavailableException, http_status",
        "410, , UnavailableException, http_status"
    })
    void errorOfASearchIsNeverAnAbsence(int status, String scimType, String meaning, String counted)
            throws IOException {
        ScimFixture with = with(Undo.DELETE);
        with.create();
        with.scim.answerError(Call.SEARCH, status, scimType);

        assertThat(with.find()).isEqualTo(meaning);
        assertCounted(with, counted, 1);
        assertThat(with.create()).as("a create whose name is taken").isEqualTo("UnavailableException");
    }

    @ParameterizedTest
    @CsvSource({
        "400, mutability, RejectedException, 0",
        "400, surprise, UnknownOutcomeException, 1",
        "401, , UnavailableException, 0",
        "403, , UnavailableException, 0",
        "404, , UnavailableException, 0",
        "405, , UnavailableException, 0",
        "409, , UnavailableException, 0",
        "412, , UnavailableException, 0",
        "413, , RejectedException, 0",
        "429, , UnavailableException, 0",
        "500, , UnknownOutcomeException, 0",
        "501, , UnavailableException, 0",
        "410, , UnknownOutcomeException, 1"
    })
    void errorOfAnUndo(int status, String scimType, String meaning, int counted) throws IOException {
        for (Undo undo : Undo.values()) {
            try (ScimFixture with = new ScimFixture(undo)) {
                with.create();
                with.scim.answerError(undo == Undo.DELETE ? Call.DELETE : Call.PATCH, status, scimType);

                assertThat(with.delete()).as("" + undo).isEqualTo(meaning);
                assertThat(with.outbound.unlisted(Step.PROFILE)).isEqualTo(counted);
                assertThat(with.scim.held()).containsExactly(ScimFixture.USER + " " + with.id);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, noTarget, RejectedException",
        "400, invalidPath, RejectedException",
        "404, , ABSENT",
        "409, uniqueness, RejectedException",
        "412, , UnavailableException",
        "501, , UnavailableException",
        "500, , UnknownOutcomeException"
    })
    void errorOfAnUpdate(int status, String scimType, String meaning) throws IOException {
        ScimFixture with = with(Undo.DELETE);
        with.create();
        with.scim.answerError(Call.PATCH, status, scimType);

        assertThat(ScimFixture.outcome(() -> with.profiles
                        .update(with.id, ScimFixture.profile(ScimFixture.USER))
                        .ownership()))
                .isEqualTo(meaning);
    }

    @Test
    void rejectionCarriesTheTypeAndNothingOfTheDetail() throws IOException {
        ScimFixture with = with(Undo.DELETE);
        with.scim.answerError(Call.CREATE, 400, "invalidValue");

        assertThatThrownBy(() -> with.profiles.create(with.id, ScimFixture.profile(ScimFixture.USER), CallLimit.FULL))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.providerCode()).isEqualTo("invalidvalue"))
                .hasMessageNotContaining("ada");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "{\"schemas\":[\"urn:x\"]}",
                "{\"scimType\":\"invalidValue\"}",
                "{\"schemas\":\"urn:ietf:params:scim:api:messages:2.0:Error\"}",
                "[]",
                "null"
            })
    void badRequestThatIsNotOfScimIsNoDefiniteNo(String body) throws IOException {
        ScimFixture with = with(Undo.DELETE);
        with.scim.answer(Call.CREATE, 400, body);

        assertThat(with.create()).isEqualTo(ScimFixture.UNKNOWN);
        assertCounted(with, "error", 1);
    }
}
