package dev.registrar.profile.scim;

import static dev.registrar.profile.scim.ScimFixture.UNAVAILABLE;
import static dev.registrar.profile.scim.ScimFixture.UNKNOWN;
import static dev.registrar.profile.scim.ScimFixture.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.registrar.flow.RequiredTool;
import dev.registrar.model.CallLimit;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Secret;
import dev.registrar.model.Step;
import dev.registrar.model.UserProfile;
import dev.registrar.notification.EmailFactory;
import dev.registrar.notification.SmsFactory;
import dev.registrar.notification.template.TemplateLoader;
import dev.registrar.outbound.CredentialFactory;
import dev.registrar.outbound.OutboundFixture;
import dev.registrar.outbound.ServiceClientFactory;
import dev.registrar.payment.PaymentFactory;
import dev.registrar.probe.Check;
import dev.registrar.probe.Check.Verdict;
import dev.registrar.probe.ProbeReport.ServiceReport;
import dev.registrar.probe.ProbeText;
import dev.registrar.probe.ProviderProbe;
import dev.registrar.profile.ProfileFactory;
import dev.registrar.profile.UserProfileService.ProfileLookup.Ownership;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import dev.registrar.standin.Keycloak;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The adapter against Keycloak, a difficult SCIM server: it drops {@code externalId} unless its user profile declares
 * it, has no ETags, and responds with 500 to a duplicate e-mail address. Verified by Keycloak's admin API.
 */
@Tag("providers-nightly")
@SuppressWarnings("NullAway.Init") // set by profiles(), which every test calls first
class KeycloakIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.KEYCLOAK;

    @TempDir
    static Path directory;

    private static Keycloak keycloak;
    private static Keycloak.Realm stock;
    private static Keycloak.Realm dropping;
    private static Keycloak.Realm keeping;

    private final RegistrationId id = RegistrationId.random();
    private final String user = "u-" + UUID.randomUUID();
    private LosingProxy proxy;
    private OutboundFixture outbound;
    private Keycloak.Realm realm;

    @BeforeAll
    static void startKeycloak() {
        keycloak = Keycloak.start(directory);
        stock = keycloak.realm("stock");
        dropping = keycloak.realm("dropping").withoutRequiredNames();
        keeping = keycloak.realm("keeping").withoutRequiredNames().withExternalId();
    }

    @AfterAll
    static void stopKeycloak() {
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @AfterEach
    void stop() {
        if (outbound != null) {
            outbound.close();
            proxy.close();
        }
    }

    private ScimUserProfiles profiles(Keycloak.Realm of, Undo undo) throws IOException {
        realm = of;
        proxy = new LosingProxy(of.scim());
        outbound = new OutboundFixture();
        ServiceClientFactory config = OutboundFixture.config(proxy.url());
        config.setDeadline(Duration.seconds(20));
        config.setCredential(new CredentialFactory(null, "Bearer ", new Secret(of.token()), null, null));
        return new ScimUserProfiles(outbound.client(Step.PROFILE, config), undo);
    }

    private static UserProfile profile(String userId, String email) {
        return new UserProfile(userId, new EmailAddress(email), "Ada Lovelace", null, Map.of());
    }

    private String create(ScimUserProfiles by, RegistrationId registration) {
        return outcome(() -> by.create(registration, profile(user, user + "@example.com"), CallLimit.FULL));
    }

    /** Keycloak's users with this name or e-mail address. */
    private List<Keycloak.User> witness() {
        return realm.users().stream()
                .filter(held -> held.userName().equals(user) || held.email().startsWith(user))
                .toList();
    }

    /** The adapter does not split full names: with Keycloak's default user profile no user can be registered. */
    @Test
    void whereALastNameIsRequiredACreateIsRejectedAndProbeNamesIt() throws Exception {
        assertThat(create(profiles(stock, Undo.DELETE), id)).isEqualTo("RejectedException");
        assertThat(witness()).isEmpty();

        ServiceReport report = probe(stock);

        assertThat(broken(report)).satisfiesExactly(check -> {
            assertThat(check.seen()).contains("invalidsyntax");
            assertThat(check.consequence()).isEqualTo("No registration would succeed.");
        });
        assertThat(stock.users()).isEmpty();
    }

    @Test
    void whereExternalIdIsDroppedTheOwnerIsUnknownNothingIsDeletedAndHealthShowsIt() throws Exception {
        ScimUserProfiles profiles = profiles(dropping, Undo.DELETE);

        assertThat(create(profiles, id)).isEqualTo(UNKNOWN);
        assertThat(outbound.degraded()).containsOnlyKeys(Step.PROFILE);
        assertThat(outcome(() -> profiles.find(id, user))).isEqualTo(UNAVAILABLE);
        assertThat(outcome(() -> profiles.delete(id, user))).isEqualTo(UNAVAILABLE);
        assertThat(create(profiles, id)).isEqualTo(UNKNOWN);
        assertThat(create(profiles, RegistrationId.random())).isEqualTo(UNKNOWN);

        assertThat(proxy.passed()).contains("POST").doesNotContain("DELETE", "PATCH");
        assertThat(witness()).containsExactly(new Keycloak.User(user, user + "@example.com", "", true));
    }

    @Test
    void probeNamesThatExternalIdIsDroppedAndWhatItLeftBehind() throws Exception {
        ServiceReport report = probe(dropping);

        assertThat(broken(report)).satisfiesExactly(check -> {
            assertThat(check.seen()).contains("without externalId");
            assertThat(check.consequence()).isEqualTo("No registration would succeed.");
        });
        assertThat(report.leftBehind()).singleElement().asString().contains("registrar-probe-");
        assertThat(dropping.users()).anyMatch(held -> held.userName().startsWith("registrar-probe-"));
    }

    @Test
    void probeFindsEveryPromiseKeptWhereExternalIdIsDeclared() throws Exception {
        ServiceReport report = probe(keeping);

        assertThat(broken(report)).isEmpty();
        assertThat(report.checks())
                .filteredOn(check -> check.verdict() == Verdict.HOLDS)
                .extracting(Check::promise)
                .contains(
                        "wrong credential",
                        "ownership kept, found",
                        "same key twice",
                        "user of another",
                        "delete of another's",
                        "delete and its proof");
        assertThat(report.checks())
                .filteredOn(check -> check.promise().equals("conditional delete"))
                .extracting(Check::verdict)
                .containsExactly(Verdict.NOT_CHECKED);
        assertThat(report.leftBehind()).isEmpty();
        assertThat(keeping.users()).noneMatch(held -> held.userName().startsWith("registrar-probe-"));
    }

    private static List<Check> broken(ServiceReport report) {
        return report.checks().stream()
                .filter(check -> check.verdict() == Verdict.BROKEN)
                .toList();
    }

    /** The other services do not exist: their results are ignored. */
    private static ServiceReport probe(Keycloak.Realm of) throws Exception {
        ObjectMapper yaml = Jackson.newObjectMapper(new YAMLFactory());
        String nobody = "{baseUrl: 'http://127.0.0.1:1'}";
        return new ProviderProbe(
                        TemplateLoader.builtIn().load(),
                        Clock.systemUTC(),
                        new ProviderProbe.Options(null, Money.of("1.00", "USD"), null, null),
                        new ProbeText(System.out))
                .run(
                        yaml.readValue("""
                                {type: scim, baseUrl: '%s', deadline: 20s, credential: {prefix: 'Bearer ', value: %s}}
                                """.formatted(of.scim(), of.token()), ProfileFactory.class),
                        yaml.readValue(nobody, PaymentFactory.class),
                        yaml.readValue(nobody, EmailFactory.class),
                        yaml.readValue(nobody, SmsFactory.class),
                        "welcome-email-1",
                        "welcome-sms-1")
                .services()
                .get(0);
    }

    @Test
    void createIsOneEnabledUserHoweverOftenItIsRepeated() throws Exception {
        ScimUserProfiles profiles = profiles(keeping, Undo.DELETE);

        assertThat(create(profiles, id)).isEqualTo("CREATED");
        assertThat(proxy.passed()).containsExactly("POST", "GET");
        assertThat(create(profiles, id)).isEqualTo("CREATED");

        assertThat(profiles.find(id, user).ownership()).isEqualTo(Ownership.OURS);
        assertThat(profiles.find(RegistrationId.random(), user).ownership()).isEqualTo(Ownership.FOREIGN);
        assertThat(witness()).containsExactly(new Keycloak.User(user, user + "@example.com", id.toString(), true));
        assertThat(outbound.degraded()).isEmpty();
        assertThat(outbound.unlisted(Step.PROFILE)).isZero();
    }

    /** Keycloak stores user names in lower case: such a user is not safe to change. */
    @Test
    void userNameInAnotherCaseIsNoAnswerAndNothingIsDeleted() throws Exception {
        ScimUserProfiles profiles = profiles(keeping, Undo.DELETE);
        UserProfile upper = profile(user.toUpperCase(Locale.ROOT), user + "@example.com");

        assertThat(outcome(() -> profiles.create(id, upper, CallLimit.FULL))).isEqualTo(UNKNOWN);
        assertThat(outcome(() -> profiles.find(id, upper.userId()))).isEqualTo(UNAVAILABLE);
        assertThat(outcome(() -> profiles.delete(id, upper.userId()))).isEqualTo(UNAVAILABLE);

        assertThat(proxy.passed()).doesNotContain("DELETE");
        assertThat(witness()).extracting(Keycloak.User::userName).containsExactly(user);
    }

    @Test
    void lostAnswerOfACreateIsUnknownAndTheRetryFindsTheUser() throws Exception {
        ScimUserProfiles profiles = profiles(keeping, Undo.DELETE);
        proxy.loseAnswerTo("POST");

        assertThat(create(profiles, id)).isEqualTo(UNKNOWN);
        assertThat(profiles.find(id, user).ownership()).isEqualTo(Ownership.OURS);
        assertThat(create(profiles, id)).isEqualTo("CREATED");

        assertThat(witness()).hasSize(1);
    }

    @Test
    void anotherRegistrationOfTheUserIsAConflictAndDeletesNothing() throws Exception {
        ScimUserProfiles profiles = profiles(keeping, Undo.DELETE);
        create(profiles, id);

        assertThat(create(profiles, RegistrationId.random())).isEqualTo("CONFLICT");
        assertThat(outcome(() -> profiles.delete(RegistrationId.random(), user)))
                .isEqualTo("NOT_OURS");

        assertThat(proxy.passed()).doesNotContain("DELETE");
        assertThat(witness()).extracting(Keycloak.User::externalId).containsExactly(id.toString());
    }

    /** The weaker proof: without versions there is nothing to compare. */
    @ParameterizedTest
    @EnumSource(Undo.class)
    void undoWithoutVersionsIsProvedByARead(Undo undo) throws Exception {
        ScimUserProfiles profiles = profiles(keeping, undo);
        create(profiles, id);
        assertThat(profiles.find(id, user).etag()).isNull();

        proxy.loseAnswerTo(undo == Undo.DELETE ? "DELETE" : "PATCH");
        assertThat(outcome(() -> profiles.delete(id, user))).isEqualTo(UNKNOWN);
        assertThat(outcome(() -> profiles.delete(id, user))).isEqualTo("ABSENT");

        assertThat(witness()).hasSize(undo == Undo.DELETE ? 0 : 1).noneMatch(Keycloak.User::enabled);
        assertThat(profiles.find(id, user).ownership())
                .isEqualTo(undo == Undo.DELETE ? Ownership.ABSENT : Ownership.FOREIGN);
        assertThat(create(profiles, RegistrationId.random())).isEqualTo(undo == Undo.DELETE ? "CREATED" : "CONFLICT");
    }

    @ParameterizedTest
    @EnumSource(Undo.class)
    void undoIsDone(Undo undo) throws Exception {
        ScimUserProfiles profiles = profiles(keeping, undo);
        create(profiles, id);

        assertThat(outcome(() -> profiles.delete(id, user))).isEqualTo("DELETED");

        assertThat(witness()).hasSize(undo == Undo.DELETE ? 0 : 1).noneMatch(Keycloak.User::enabled);
    }

    @Test
    void takenEmailAddressIsUnknownAndNeverASecondUser() throws Exception {
        ScimUserProfiles profiles = profiles(keeping, Undo.DELETE);
        create(profiles, id);
        RegistrationId other = RegistrationId.random();
        UserProfile sameAddress = profile(user + "-2", user + "@example.com");

        assertThat(outcome(() -> profiles.create(other, sameAddress, CallLimit.FULL)))
                .isEqualTo(UNKNOWN);
        assertThat(outcome(() -> profiles.create(other, sameAddress, CallLimit.FULL)))
                .isEqualTo(UNKNOWN);

        assertThat(profiles.find(other, user + "-2").ownership()).isEqualTo(Ownership.ABSENT);
        assertThat(outcome(() -> profiles.delete(other, user + "-2"))).isEqualTo("ABSENT");
        assertThat(witness()).extracting(Keycloak.User::userName).containsExactly(user);
        assertThat(profiles.find(id, user).ownership()).isEqualTo(Ownership.OURS);
    }
}
