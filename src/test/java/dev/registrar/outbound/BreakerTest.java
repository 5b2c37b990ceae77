package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.registrar.flow.Poll;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.outbound.Breakers.Breaker;
import dev.registrar.outbound.Breakers.Breaker.Permit;
import dev.registrar.outbound.Breakers.Breaker.Verdict;
import dev.registrar.outbound.Breakers.BreakerStatus;
import dev.registrar.outbound.Breakers.ForcedState;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import io.dropwizard.util.Duration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final java.time.Duration DEADLINE = java.time.Duration.ofSeconds(1);
    private final UnavailableException failure = new UnavailableException(Step.SMS, "failed");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Breakers breakers = new Breakers(meters, Clock.systemUTC());

    private Breaker breaker(int probes, int openMillis) {
        return breakers.breaker(
                "sms",
                new BreakerFactory(4, 2, null, null, null, Duration.milliseconds(openMillis), probes, null),
                DEADLINE);
    }

    private BreakerStatus status() {
        return breakers.list().get(0);
    }

    private void call(Breaker breaker, Verdict verdict, long millis) {
        Permit permit = breaker.acquire();
        assertThat(permit).isNotEqualTo(Permit.REFUSED);
        breaker.ended(permit, verdict, millis * 1_000_000, verdict == Verdict.HEALTHY ? null : failure);
    }

    private void awaitHalfOpen() throws InterruptedException {
        Poll.until(
                "half-open",
                Duration.seconds(10).toJavaDuration(),
                () -> status().state().equals("HALF_OPEN"));
    }

    @Test
    void breakerOpensOnFailuresAndSaysUntilWhen() {
        Breaker breaker = breaker(1, 20_000);

        call(breaker, Verdict.FAILING, 1);
        call(breaker, Verdict.FAILING, 1);

        assertThat(breaker.acquire()).isEqualTo(Permit.REFUSED);
        assertThat(status().state()).isEqualTo("OPEN");
        assertThat(status().openUntil()).isNotNull();
        assertThat(breaker.retryAfter()).isBetween(java.time.Duration.ofSeconds(15), java.time.Duration.ofSeconds(20));
        assertThat(meters.find("resilience4j.circuitbreaker.state")
                        .tags("name", "sms", "state", "open")
                        .gauge())
                .isNotNull()
                .satisfies(gauge -> assertThat(gauge.value()).isOne());
    }

    @Test
    void breakerOpensOnSlowCalls() {
        Breaker breaker = breaker(1, 20_000);

        call(breaker, Verdict.HEALTHY, 790);
        call(breaker, Verdict.HEALTHY, 810);
        assertThat(status().state()).isEqualTo("CLOSED");
        for (int i = 0; i < 3; i++) {
            call(breaker, Verdict.HEALTHY, 810);
        }

        assertThat(status().state()).isEqualTo("OPEN");
    }

    @Test
    void breakerClosesAfterGoodProbesAndRefusesMoreWhileTheyRun() throws InterruptedException {
        Breaker breaker = breaker(2, 50);
        call(breaker, Verdict.FAILING, 1);
        call(breaker, Verdict.FAILING, 1);
        awaitHalfOpen();

        Permit first = breaker.acquire();
        Permit second = breaker.acquire();

        assertThat(first).isEqualTo(Permit.PROBE);
        assertThat(breaker.acquire()).isEqualTo(Permit.REFUSED);
        assertThat(breaker.retryAfter()).isEqualTo(java.time.Duration.ofSeconds(1));
        breaker.ended(first, Verdict.HEALTHY, 1, null);
        breaker.ended(second, Verdict.HEALTHY, 1, null);
        assertThat(status().state()).isEqualTo("CLOSED");
        assertThat(status().openUntil()).isNull();
    }

    @Test
    void halfOpenBreakerGivesEachRefusedCallerATimeOfItsOwn() throws InterruptedException {
        Breaker breaker = breaker(1, 50);
        call(breaker, Verdict.FAILING, 1);
        call(breaker, Verdict.FAILING, 1);
        awaitHalfOpen();
        assertThat(breaker.acquire()).isEqualTo(Permit.PROBE);

        List<java.time.Duration> waits =
                Stream.generate(breaker::retryAfter).limit(1_000).toList();

        assertThat(waits.get(0)).isEqualTo(java.time.Duration.ofSeconds(1));
        assertThat(waits.get(16)).isBetween(java.time.Duration.ofMillis(3_500), java.time.Duration.ofMillis(4_200));
        assertThat(waits).allMatch(wait -> wait.compareTo(java.time.Duration.ofSeconds(60)) <= 0);
        assertThat(waits.get(999)).isGreaterThan(java.time.Duration.ofSeconds(59));
    }

    @Test
    void probeThatSaysNothingGivesItsPermitBack() throws InterruptedException {
        Breaker breaker = breaker(1, 50);
        call(breaker, Verdict.FAILING, 1);
        call(breaker, Verdict.FAILING, 1);
        awaitHalfOpen();

        for (int i = 0; i < 5; i++) {
            call(breaker, Verdict.NOTHING, 1);
        }

        assertThat(status().state()).isEqualTo("HALF_OPEN");
        assertThat(status().calls()).isZero();
    }

    @Test
    void callThatBeganBeforeTheBreakerOpenedIsNoProbe() throws InterruptedException {
        Breaker breaker = breaker(1, 50);
        Permit old = breaker.acquire();
        Permit silent = breaker.acquire();
        call(breaker, Verdict.FAILING, 1);
        call(breaker, Verdict.FAILING, 1);
        awaitHalfOpen();

        breaker.ended(old, Verdict.FAILING, 1, failure);
        breaker.ended(silent, Verdict.NOTHING, 1, failure);

        assertThat(status().state()).isEqualTo("HALF_OPEN");
        assertThat(breaker.acquire()).isEqualTo(Permit.PROBE);
        assertThat(breaker.acquire()).as("one probe and no more").isEqualTo(Permit.REFUSED);
    }

    @Test
    void breakerThatCouldNeverOpenIsRefused() {
        assertThat(catchThrowable(() -> new BreakerFactory(5, 6, null, null, null, null, null, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void forcedOpenBreakerRefusesEverythingAndSaysUntilWhen() {
        Breaker breaker = breaker(1, 50);
        Instant now = Instant.now();

        breaker.force(new ForcedState(ForcedState.Mode.OPEN, now.plusSeconds(600), now));

        assertThat(breaker.acquire()).isEqualTo(Permit.REFUSED);
        assertThat(breaker.isHeldOpen()).isTrue();
        assertThat(breaker.retryAfter())
                .isBetween(java.time.Duration.ofSeconds(590), java.time.Duration.ofSeconds(600));
        breaker.force(null);
        assertThat(breaker.isHeldOpen()).isFalse();
        assertThat(breaker.acquire()).isEqualTo(Permit.ORDINARY);
    }

    @Test
    void resetClosesAnOpenBreakerOnce() {
        Breaker breaker = breaker(1, 20_000);
        Instant now = Instant.now();
        ForcedState reset = new ForcedState(ForcedState.Mode.RESET, now.plusSeconds(60), now);
        call(breaker, Verdict.FAILING, 1);
        call(breaker, Verdict.FAILING, 1);

        breaker.force(reset);
        String after = status().state();
        call(breaker, Verdict.FAILING, 1);
        call(breaker, Verdict.FAILING, 1);
        breaker.force(reset);

        assertThat(after).isEqualTo("CLOSED");
        assertThat(status().state()).isEqualTo("OPEN");
        assertThat(status().openUntil()).isNotNull();
    }
}
