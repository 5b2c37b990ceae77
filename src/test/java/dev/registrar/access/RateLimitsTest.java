package dev.registrar.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.access.Caller.Role;
import dev.registrar.access.RateLimits.RateLimitsConfiguration;
import dev.registrar.access.RateLimits.RateLimitsConfiguration.RateConfiguration;
import io.dropwizard.util.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

    private static final Caller A = new Caller("a", Role.CLIENT);
    private static final Caller B = new Caller("b", Role.CLIENT);

    private final TestClock clock = new TestClock();

    private static RateConfiguration rate(long permits, long seconds, long burst) {
        return new RateConfiguration(permits, Duration.seconds(seconds), burst);
    }

    private static @Nullable String retryAfter(Consumer<Caller> limit, Caller caller) {
        AccessRefusedException refused = catchThrowableOfType(AccessRefusedException.class, () -> limit.accept(caller));
        if (refused == null) {
            return null;
        }
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("rate_limited");
        return refused.headers().get("Retry-After");
    }

    @Test
    void callerMayBurstAndThenCallsAtItsRate() {
        RateLimits limits = new RateLimits(new RateLimitsConfiguration(rate(1, 10, 3), null, null, null), clock);

        for (int i = 0; i < 3; i++) {
            assertThat(retryAfter(limits::registration, A)).isNull();
        }
        assertThat(retryAfter(limits::registration, A)).isEqualTo("10");
        assertThat(retryAfter(limits::registration, B)).as("another caller").isNull();
        assertThat(retryAfter(limits::request, A)).as("other requests").isNull();

        clock.pass(java.time.Duration.ofMillis(8_500));
        assertThat(retryAfter(limits::registration, A)).as("rounded up").isEqualTo("2");
        clock.pass(java.time.Duration.ofMillis(1_500));
        assertThat(retryAfter(limits::registration, A)).isNull();
        assertThat(retryAfter(limits::registration, A)).isEqualTo("10");
    }

    @Test
    void allCallersTogetherHaveALimitToo() {
        RateLimits limits =
                new RateLimits(new RateLimitsConfiguration(null, null, rate(2, 1, 2), rate(3, 1, 3)), clock);

        assertThat(retryAfter(limits::request, A)).isNull();
        assertThat(retryAfter(limits::request, A)).isNull();
        assertThat(retryAfter(limits::request, A)).as("its own").isEqualTo("1");
        assertThat(retryAfter(limits::request, B))
                .as("the refused one took nothing from all")
                .isNull();
        assertThat(retryAfter(limits::request, B)).as("of all").isEqualTo("1");
    }

    @Test
    void withoutConfigurationThereIsNoLimit() {
        RateLimits limits = new RateLimits(RateLimitsConfiguration.none(), clock);

        for (int i = 0; i < 100_000; i++) {
            assertThat(retryAfter(limits::registration, A)).isNull();
        }
    }
}
