package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.Step;
import dev.registrar.operations.BreakerOperations.BreakerOverrides;
import dev.registrar.outbound.Breakers.BreakerStatus;
import dev.registrar.outbound.Breakers.ForcedState;
import dev.registrar.outbound.Breakers.ForcedState.Mode;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.OutboundFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BreakerOverridesTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final OutboundClients outbound =
            new OutboundClients(new SimpleMeterRegistry(), new MetricRegistry(), Clock.systemUTC());

    @BeforeEach
    void makeABreaker() {
        outbound.client(Step.SMS, OutboundFixture.config(URI.create("http://127.0.0.1:9"), null))
                .changing("send", "sms");
        DATABASE.jdbi().useHandle(handle -> handle.execute("DELETE FROM breaker_overrides"));
    }

    @AfterEach
    void stop() {
        outbound.stop();
    }

    private BreakerOverrides at(Jdbi jdbi, Instant now) {
        return new BreakerOverrides(jdbi, outbound.breakers(), Clock.fixed(now, ZoneOffset.UTC));
    }

    private BreakerStatus breaker() {
        return outbound.breakers().list().get(0);
    }

    private static ForcedState forced(Mode mode) {
        return new ForcedState(mode, NOW.plusSeconds(60), NOW);
    }

    @Test
    void overrideThatAnotherInstanceWroteIsAppliedAndEndsInTime() {
        at(DATABASE.jdbi(), NOW).set(List.of("sms"), forced(Mode.OPEN));

        at(DATABASE.jdbi(), NOW.plusSeconds(59)).apply();
        String held = breaker().state();
        at(DATABASE.jdbi(), NOW.plusSeconds(60)).apply();

        assertThat(held).isEqualTo("FORCED_OPEN");
        assertThat(breaker().state()).isEqualTo("CLOSED");
        assertThat(breaker().forcedUntil()).isNull();
    }

    @Test
    void forcedClosedBreakerCountsNothingAndAResetEndsIt() {
        BreakerOverrides overrides = at(DATABASE.jdbi(), NOW);
        overrides.set(List.of("sms"), forced(Mode.CLOSED));
        overrides.apply();
        String held = breaker().state();

        overrides.set(List.of("sms"), forced(Mode.RESET));
        overrides.apply();

        assertThat(held).isEqualTo("DISABLED");
        assertThat(breaker().state()).isEqualTo("CLOSED");
    }

    @Test
    void holdEndsInTimeAlsoWhereTheDatabaseIsGone() {
        AtomicBoolean down = new AtomicBoolean();
        AtomicLong seconds = new AtomicLong();
        Jdbi jdbi = Jdbi.create(() -> {
                    if (down.get()) {
                        throw new SQLException("down");
                    }
                    return DATABASE.dataSource().getConnection();
                })
                .installPlugin(new SqlObjectPlugin());
        InstantSource set = () -> NOW.plusSeconds(seconds.get());
        BreakerOverrides overrides = new BreakerOverrides(jdbi, outbound.breakers(), set.withZone(ZoneOffset.UTC));
        overrides.set(List.of("sms"), forced(Mode.OPEN));
        overrides.apply();

        down.set(true);
        overrides.apply();
        String held = breaker().state();
        seconds.set(60);
        overrides.apply();

        assertThat(held).isEqualTo("FORCED_OPEN");
        assertThat(breaker().state()).isEqualTo("CLOSED");
    }
}
