package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.access.ApiKeyAuthentication.FailureThrottle;
import dev.registrar.access.Caller.Role;
import dev.registrar.access.ConsoleSessions.Session;
import dev.registrar.access.ConsoleSessions.Token;
import dev.registrar.access.ConsoleSessions.TokenSeal;
import dev.registrar.crypto.SealedTokens;
import dev.registrar.crypto.TestKeys;
import dev.registrar.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How long a session lasts, and what ends it; over real sockets in {@link ConsoleSignInTest}. */
class ConsoleSessionsTest {

    private static final String HERE = "10.0.0.1";

    private final TestClock clock = new TestClock();
    private final SecureRandom random = new SecureRandom();
    private final Secret night = ApiKey.generate(random);
    private final Secret audit = ApiKey.generate(random);
    private final Secret shop = ApiKey.generate(random);
    private final ApiKey nightKey = new ApiKey(
            "night-ops", Role.OPERATOR, ApiKey.hash(night), clock.instant().plus(Duration.ofDays(1)));
    private final ApiKey auditKey = new ApiKey(
            "audit", Role.AUDITOR, ApiKey.hash(audit), clock.instant().plus(Duration.ofHours(2)));
    private final ApiKey shopKey = new ApiKey("shop", Role.CLIENT, ApiKey.hash(shop), null);

    private static TokenSeal seal(String... keys) {
        SealedTokens tokens = new SealedTokens(TestKeys.cipher(keys));
        return new TokenSeal() {

            @Override
            public String seal(byte[] text, String place) {
                return tokens.seal(text, place);
            }

            @Override
            public Optional<byte[]> open(String sealed, String place) {
                return tokens.open(sealed, place);
            }
        };
    }

    private ConsoleSessions sessions(TokenSeal seal, ApiKey... keys) {
        return new ApiKeyAuthentication(List.of(keys), new FailureThrottle(2, clock), clock)
                .sessions(seal, clock)
                .orElseThrow();
    }

    private ConsoleSessions sessions() {
        return sessions(seal("first"), nightKey, auditKey, shopKey);
    }

    private static int refusal(ConsoleSessions sessions, String key) {
        return catchThrowableOfType(AccessRefusedException.class, () -> sessions.begin(key, HERE))
                .status();
    }

    @Test
    void sessionNamesItsKeyAndEndsAfterEightHours() {
        ConsoleSessions sessions = sessions();
        Token token = sessions.begin(night.reveal(), HERE);
        Session session = new Session(
                new Caller("night-ops", Role.OPERATOR), clock.instant().plus(Duration.ofHours(8)));

        assertThat(token.session()).isEqualTo(session);
        assertThat(sessions.read(token.sealed())).contains(session);

        clock.pass(Duration.ofHours(8).minusMillis(1));
        assertThat(sessions.read(token.sealed())).contains(session);
        clock.pass(Duration.ofMillis(1));
        assertThat(sessions.read(token.sealed())).isEmpty();
    }

    @Test
    void sessionEndsWithItsKey() {
        ConsoleSessions sessions = sessions();
        Token token = sessions.begin(audit.reveal(), HERE);

        assertThat(token.session().expiresAt()).isEqualTo(clock.instant().plus(Duration.ofHours(2)));
        assertThat(sessions(seal("first"), nightKey, shopKey).read(token.sealed()))
                .as("the key was removed")
                .isEmpty();
        ApiKey renewed = new ApiKey("audit", Role.AUDITOR, ApiKey.hash(ApiKey.generate(random)), null);
        assertThat(sessions(seal("first"), renewed).read(token.sealed()))
                .as("another key of the same id")
                .isEmpty();
        ApiKey promoted = new ApiKey("audit", Role.OPERATOR, ApiKey.hash(audit), null);
        assertThat(sessions(seal("first"), promoted)
                        .read(token.sealed())
                        .orElseThrow()
                        .caller()
                        .role())
                .as("the role is that of the configuration")
                .isEqualTo(Role.OPERATOR);
        ApiKey expired = new ApiKey("audit", Role.AUDITOR, ApiKey.hash(audit), clock.instant());
        assertThat(sessions(seal("first"), expired).read(token.sealed())).isEmpty();
    }

    @Test
    void tokenHoldsNeitherTheKeyNorItsNameInPlain() {
        String token = sessions().begin(night.reveal(), HERE).sealed();
        String decoded = new String(java.util.Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1);

        assertThat(token).matches("[A-Za-z0-9_-]+");
        assertThat(token + decoded)
                .doesNotContain(night.reveal(), "night-ops", ApiKey.hash(night).substring(0, 16));
    }

    @Test
    void changedCutOrForeignTokenIsNone() {
        ConsoleSessions sessions = sessions();
        String token = sessions.begin(night.reveal(), HERE).sealed();
        Stream<String> changed = IntStream.range(0, token.length() - 1)
                .mapToObj(
                        at -> token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1));
        Stream<String> cut = IntStream.range(0, token.length() - 1).mapToObj(length -> token.substring(0, length));

        assertThat(Stream.concat(changed, cut))
                .noneMatch(other -> sessions.read(other).isPresent());
        assertThat(sessions.read(seal("first").seal("x".getBytes(StandardCharsets.UTF_8), "console-session")))
                .isEmpty();
        byte[] text = (clock.instant().plusSeconds(60).toEpochMilli() + " " + nightKey.fingerprint())
                .getBytes(StandardCharsets.UTF_8);
        assertThat(sessions.read(seal("first").seal(text, "console-session"))).isPresent();
        assertThat(sessions.read(seal("first").seal(text, "registration:1")))
                .as("sealed for another place")
                .isEmpty();
        assertThat(sessions.read(seal("second").seal(text, "console-session")))
                .as("sealed with a key that is not in the ring")
                .isEmpty();
        assertThat(sessions(seal("second", "first"), nightKey).read(token))
                .as("the ring was rotated")
                .isPresent();
    }

    @Test
    void wrongKeysAreThrottledAndClientsKeptOut() {
        ConsoleSessions sessions = sessions();

        assertThat(refusal(sessions, "rk_wrong")).isEqualTo(401);
        assertThat(refusal(sessions, "")).isEqualTo(401);
        assertThat(refusal(sessions, "rk_wrong")).isEqualTo(429);
        assertThat(refusal(sessions, shop.reveal())).isEqualTo(403);
        assertThat(sessions.begin(night.reveal(), HERE).session().caller().name())
                .isEqualTo("night-ops");
    }
}
