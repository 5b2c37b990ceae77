package dev.registrar.profile.scim;

import static dev.registrar.profile.scim.ScimFixture.UNAVAILABLE;
import static dev.registrar.profile.scim.ScimFixture.UNKNOWN;
import static dev.registrar.profile.scim.ScimFixture.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.RequiredTool;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.outbound.CredentialFactory;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.Reply;
import dev.registrar.outbound.ServiceClient;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import dev.registrar.standin.Scim2Server;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The adapter against scim2-server, an independent implementation; verified by the server's own records, read past the
 * proxy.
 */
@Tag("providers")
class Scim2ServerIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.SCIM2_SERVER;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    private static Scim2Server server;

    private final RegistrationId id = RegistrationId.random();
    private final String user = "u-" + UUID.randomUUID();
    private LosingProxy proxy;
    private OutboundFixture outbound;
    private ScimUserProfiles profiles;

    @BeforeAll
    static void startServer() {
        server = Scim2Server.start(directory);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        proxy = new LosingProxy(server.url());
        outbound = new OutboundFixture();
        profiles = new ScimUserProfiles(client(Scim2Server.TOKEN), Undo.DELETE);
    }

    private ServiceClient client(String token) {
        ServiceClientFactory config = OutboundFixture.config(proxy.url());
        config.setDeadline(Duration.seconds(20));
        config.setCredential(new CredentialFactory(null, "Bearer ", new Secret(token), null, null));
        return outbound.client(Step.PROFILE, config);
    }

    /** Replaces the adapter: a service has only one client. */
    private ScimUserProfiles instead(Undo undo, String token) {
        outbound.close();
        outbound = new OutboundFixture();
        return new ScimUserProfiles(client(token), undo);
    }

    @AfterEach
    void stop() {
        outbound.close();
        proxy.close();
    }

    private String create(ScimUserProfiles by, RegistrationId registration, String userName) {
        return outcome(() -> by.create(registration, ScimFixture.profile(userName), CallLimit.FULL));
    }

    private String create() {
        return create(profiles, id, user);
    }

    private Ownership find() {
        return profiles.find(id, user).ownership();
    }

    /** What the server holds for this registration. */
    private List<JsonNode> witness() {
        return server.entries().stream()
                .filter(entry -> entry.path("externalId").asText().equals(id.toString()))
                .toList();
    }

    /** As another client could. */
    private void patch(JsonNode entry, String operation) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.url() + "/Users/" + entry.path("id").asText()))
                .header("Authorization", "Bearer " + Scim2Server.TOKEN)
                .header("Content-Type", "application/scim+json")
                .method(
                        "PATCH",
                        HttpRequest.BodyPublishers.ofString(
                                "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                                        + operation + "]}"))
                .build();
        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isBetween(200, 204);
    }

    @Test
    void createIsTwoCallsAndOneUserWithEverythingThatScimHasAPlaceFor() {
        assertThat(create()).isEqualTo("CREATED");
        assertThat(proxy.passed()).containsExactly("POST", "GET");
        assertThat(create()).isEqualTo("CREATED");

        assertThat(witness()).hasSize(1);
        JsonNode made = witness().get(0);
        assertThat(made.path("userName").asText()).isEqualTo(user);
        assertThat(made.path("active").asBoolean()).isTrue();
        assertThat(made.path("displayName").asText()).isEqualTo("Ada Lovelace");
        assertThat(made.path("name").path("formatted").asText()).isEqualTo("Ada Lovelace");
        assertThat(made.path("emails").path(0).path("value").asText()).isEqualTo("ada@example.com");
        assertThat(made.path("emails").path(0).path("primary").asBoolean()).isTrue();
        assertThat(made.path("phoneNumbers").path(0).path("value").asText()).isEqualTo("tel:+14155550101");
    }

    @Test
    void anotherRegistrationOfTheUserIsAConflictInAnyCase() {
        create();

        assertThat(create(profiles, RegistrationId.random(), user)).isEqualTo("CONFLICT");
        assertThat(create(profiles, RegistrationId.random(), user.toUpperCase(Locale.ROOT)))
                .isEqualTo("CONFLICT");
        assertThat(outcome(() -> profiles.delete(RegistrationId.random(), user)))
                .isEqualTo("NOT_OURS");
        assertThat(witness()).hasSize(1);
    }

    @Test
    void nameWithQuotesIsFoundAndOpensNoFilter() {
        String name = "a\"b\\c " + user;

        assertThat(create(profiles, id, name)).isEqualTo("CREATED");
        assertThat(profiles.find(id, name).ownership()).isEqualTo(Ownership.OURS);
        assertThat(profiles.find(id, "\" or userName pr or userName eq \"").ownership())
                .isEqualTo(Ownership.ABSENT);
    }

    @Test
    void lostAnswerOfACreateIsUnknownAndTheRetryFindsTheUser() {
        proxy.loseAnswerTo("POST");
        assertThat(create()).isEqualTo(UNKNOWN);
        assertThat(witness()).hasSize(1);
        assertThat(find()).isEqualTo(Ownership.OURS);

        assertThat(create()).isEqualTo("CREATED");
        assertThat(witness()).hasSize(1);
    }

    @Test
    void lostRequestOfACreateIsUnknownAndTheRetryMakesTheUser() {
        proxy.loseRequestBy("POST");
        assertThat(create()).isEqualTo(UNKNOWN);
        assertThat(witness()).isEmpty();
        assertThat(find()).isEqualTo(Ownership.ABSENT);

        assertThat(create()).isEqualTo("CREATED");
    }

    @Test
    void lostReadAfterACreateIsUnknown() {
        proxy.loseAnswerTo("GET");

        assertThat(create()).isEqualTo(UNKNOWN);
        assertThat(witness()).hasSize(1);
        assertThat(create()).isEqualTo("CREATED");
    }

    @ParameterizedTest
    @EnumSource(Undo.class)
    void undoIsProvedByARead(Undo undo) {
        ScimUserProfiles undoing = instead(undo, Scim2Server.TOKEN);
        create(undoing, id, user);

        assertThat(outcome(() -> undoing.delete(id, user))).isEqualTo("DELETED");

        assertThat(witness()).hasSize(undo == Undo.DELETE ? 0 : 1);
        assertThat(witness()).allMatch(entry -> !entry.path("active").asBoolean(true));
        assertThat(undoing.find(id, user).ownership())
                .isEqualTo(undo == Undo.DELETE ? Ownership.ABSENT : Ownership.FOREIGN);
        assertThat(create(undoing, RegistrationId.random(), user))
                .isEqualTo(undo == Undo.DELETE ? "CREATED" : "CONFLICT");
    }

    @ParameterizedTest
    @EnumSource(Undo.class)
    void lostAnswerOfAnUndoIsUnknownAndTheRetryFindsNothingLeft(Undo undo) {
        ScimUserProfiles undoing = instead(undo, Scim2Server.TOKEN);
        String method = undo == Undo.DELETE ? "DELETE" : "PATCH";
        create(undoing, id, user);

        proxy.loseRequestBy(method);
        assertThat(outcome(() -> undoing.delete(id, user))).isEqualTo(UNKNOWN);
        assertThat(witness())
                .allMatch(entry -> entry.path("active").asBoolean())
                .hasSize(1);
        proxy.loseAnswerTo(method);
        assertThat(outcome(() -> undoing.delete(id, user))).isEqualTo(UNKNOWN);

        assertThat(outcome(() -> undoing.delete(id, user))).isEqualTo("ABSENT");
        assertThat(witness()).allMatch(entry -> !entry.path("active").asBoolean(true));
    }

    @Test
    void wrongVersionIsRefused() {
        create();
        outbound.close();
        outbound = new OutboundFixture();
        ServiceClient client = client(Scim2Server.TOKEN);
        String there = witness().get(0).path("id").asText();

        int status = client.changing("delete", "profile")
                .call(ScimRequests.delete(there, "W/\"999\""), client.deadline(CallLimit.FULL), Reply::status);

        assertThat(status).isEqualTo(412);
        assertThat(witness()).hasSize(1);
    }

    @Test
    void userThatLostItsExternalIdIsNoAnswerAndIsNotDeleted() throws Exception {
        create();
        JsonNode made = witness().get(0);
        patch(made, "{\"op\":\"remove\",\"path\":\"externalId\"}");

        assertThat(outcome(this::find)).isEqualTo(UNAVAILABLE);
        assertThat(outcome(() -> profiles.delete(id, user))).isEqualTo(UNAVAILABLE);
        assertThat(create()).isEqualTo(UNKNOWN);

        assertThat(proxy.passed()).doesNotContain("DELETE");
        assertThat(outbound.degraded()).containsOnlyKeys(Step.PROFILE);
    }

    @Test
    void updateReplacesWhatWeWroteAndLeavesTheRest() throws Exception {
        create();
        patch(witness().get(0), "{\"op\":\"add\",\"path\":\"title\",\"value\":\"Countess\"}");
        UserProfile changed = new UserProfile(user, new EmailAddress("al@example.com"), "Ada King", null, Map.of());

        assertThat(profiles.update(id, changed).ownership()).isEqualTo(Ownership.OURS);

        JsonNode now = witness().get(0);
        assertThat(now.path("title").asText()).isEqualTo("Countess");
        assertThat(now.path("displayName").asText()).isEqualTo("Ada King");
        assertThat(now.path("emails")).hasSize(1);
        assertThat(now.path("emails").path(0).path("value").asText()).isEqualTo("al@example.com");
        assertThat(now.path("phoneNumbers")).isEmpty();
    }

    @Test
    void wrongTokenIsRefusedAndShown() {
        ScimUserProfiles stranger = instead(Undo.DELETE, "another-token");

        assertThat(create(stranger, id, user)).isEqualTo(UNAVAILABLE);
        assertThat(outbound.refusedBy()).isEqualTo(Map.of(Step.PROFILE, 401));
        assertThat(witness()).isEmpty();
    }
}
