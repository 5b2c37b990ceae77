package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.access.ApiKeyAuthentication.FailureThrottle;
import dev.registrar.access.Caller.Role;
import dev.registrar.model.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyAuthenticationTest {

    private static final String HERE = "10.0.0.1";

    private final TestClock clock = new TestClock();
    private final SecureRandom random = new SecureRandom();
    private final Secret old = ApiKey.generate(random);
    private final Secret young = ApiKey.generate(random);
    private final ApiKeyAuthentication authentication = new ApiKeyAuthentication(
            List.of(
                    new ApiKey(
                            "shop",
                            Role.CLIENT,
                            ApiKey.hash(old),
                            clock.instant().plusSeconds(60)),
                    new ApiKey("shop", Role.CLIENT, ApiKey.hash(young).toUpperCase(java.util.Locale.ROOT), null)),
            new FailureThrottle(10, clock),
            clock);

    private AccessRefusedException refusal(String address, String... credentials) {
        return catchThrowableOfType(
                AccessRefusedException.class, () -> authentication.authenticate(List.of(credentials), address));
    }

    @Test
    void callerIsWhoeverTheKeyBelongsTo() {
        assertThat(authentication.authenticate(List.of("Bearer " + young.reveal()), HERE))
                .isEqualTo(new Caller("shop", Role.CLIENT));
        assertThat(authentication
                        .authenticate(List.of("bearer  " + old.reveal()), HERE)
                        .name())
                .isEqualTo("shop");
    }

    @Test
    void keyIsRefusedFromTheMomentOnAtWhichItExpires() {
        clock.pass(Duration.ofSeconds(60).minusNanos(1));
        assertThat(authentication
                        .authenticate(List.of("Bearer " + old.reveal()), HERE)
                        .name())
                .isEqualTo("shop");

        clock.pass(Duration.ofNanos(1));
        assertThat(refusal(HERE, "Bearer " + old.reveal()).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Bearer", "Bearer ", "Basic c2hvcDpzaG9w", "Bearer a b", "Bearer \u00e4", "rk_x", "Bearer x"
            })
    void anythingElseIsUnauthenticated(String credentials) {
        AccessRefusedException refusal = refusal(HERE, credentials);

        assertThat(refusal.status()).isEqualTo(401);
        assertThat(refusal.code()).isEqualTo("unauthenticated");
        assertThat(refusal.headers()).containsEntry("WWW-Authenticate", "Bearer realm=\"registrar\"");
    }

    @Test
    void twoHeadersAreUnauthenticatedHoweverGoodTheyAre() {
        String good = "Bearer " + young.reveal();

        assertThat(refusal(HERE, good, good).status()).isEqualTo(401);
    }

    @Test
    void failuresOfOneAddressAreThrottledAfterTheTenth() {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            statuses.add(refusal(HERE, "Bearer wrong").status());
        }
        AccessRefusedException throttled = refusal(HERE, "Bearer wrong");

        assertThat(statuses.subList(0, 10)).containsOnly(401);
        assertThat(statuses.subList(10, 12)).containsOnly(429);
        assertThat(throttled.headers()).containsEntry("Retry-After", "60");
        assertThat(refusal("10.0.0.2", "Bearer wrong").status()).isEqualTo(401);

        clock.pass(Duration.ofSeconds(60));
        assertThat(refusal(HERE, "Bearer wrong").status()).isEqualTo(401);
    }

    @Test
    void goodKeyIsLetInFromAThrottledAddressAndNoKeyIsNoFailure() {
        for (int i = 0; i < 20; i++) {
            assertThat(refusal(HERE).status()).isEqualTo(401);
        }
        assertThat(refusal(HERE, "Bearer wrong").status()).isEqualTo(401);
        for (int i = 0; i < 20; i++) {
            refusal(HERE, "Bearer wrong");
        }

        assertThat(authentication
                        .authenticate(List.of("Bearer " + young.reveal()), HERE)
                        .name())
                .isEqualTo("shop");
    }

    @Test
    void throttleForgetsTheLongestKnownAddressInsteadOfGrowing() {
        FailureThrottle throttle = new FailureThrottle(1, clock);
        for (int i = 0; i < FailureThrottle.MOST + 100; i++) {
            assertThat(throttle.record("host-" + i)).isEmpty();
        }

        assertThat(throttle.size()).isEqualTo(FailureThrottle.MOST);
        assertThat(throttle.record("host-0")).as("forgotten").isEmpty();
        assertThat(throttle.record("host-" + FailureThrottle.MOST)).as("known").isPresent();
    }

    @Test
    void hostThatHasManyIpv6AddressesIsOne() {
        FailureThrottle throttle = new FailureThrottle(1, clock);

        assertThat(throttle.record("[2001:db8:0:1:0:0:0:1]")).isEmpty();
        assertThat(throttle.record("[2001:db8:0:1:0:0:0:2]")).isPresent();
        assertThat(throttle.record("[2001:db8:0:2:0:0:0:2]")).isEmpty();
    }
}
