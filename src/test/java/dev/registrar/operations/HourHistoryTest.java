package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.MetricsBundle;
import dev.registrar.metrics.OutcomeTotals;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Step;
import dev.registrar.operations.BreakerOperations.BreakerOverrides;
import dev.registrar.operations.HourHistory.BreakerSpan;
import dev.registrar.operations.HourHistory.History;
import dev.registrar.operations.HourHistory.Window;
import dev.registrar.outbound.OutboundClients;
import dev.registrar.outbound.ServiceClientFactory.BreakerFactory;
import dev.registrar.store.Rows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HourHistoryTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    /** Moved by the tests; it starts now, because breakers keep their own time. */
    private Instant now = Instant.now();

    private final InstantSource moved = () -> now;
    private final Clock clock = moved.withZone(ZoneOffset.UTC);
    private final Rows rows = new Rows(DATABASE.jdbi());
    private final MetricsBundle metrics = new MetricsBundle();
    private final RegistrarMeters meters = new RegistrarMeters(metrics.registry());
    private final OutboundClients outbound = new OutboundClients(metrics.registry(), new MetricRegistry(), clock);
    private final BreakerOperations breakers = new BreakerOperations(
            outbound.breakers(),
            new BreakerOverrides(DATABASE.jdbi(), outbound.breakers(), clock),
            new AuditLog(DATABASE.jdbi(), Rows.json(), meters, clock),
            clock);
    private final HourHistory history =
            new HourHistory(DATABASE.jdbi(), new OutcomeTotals(metrics.registry()), breakers, clock);

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations, breaker_overrides CASCADE"));
        outbound.protocol(Step.EMAIL, "send", Duration.ofSeconds(1), Duration.ofSeconds(1), BreakerFactory.defaults());
    }

    @AfterEach
    void stop() {
        outbound.stop();
    }

    private void step() {
        now = now.plus(HourHistory.INTERVAL);
        history.sample();
    }

    @Test
    void samplesCountWhatHappenedSinceTheOneBefore() {
        rows.refund(rows.running());
        meters.ended("COMPLETED", Duration.ofMillis(700));
        meters.ended("COMPLETED", Duration.ofMillis(700));
        meters.ended("FAILED", Duration.ofSeconds(1));
        step();
        meters.ended("NEEDS_ATTENTION", Duration.ofSeconds(1));
        step();

        History read = history.history();

        assertThat(read.stepSeconds()).isEqualTo(15);
        assertThat(read.at()).hasSize(2).last().isEqualTo(now.getEpochSecond());
        assertThat(read.from()).isEqualTo(now.minusSeconds(30));
        assertThat(read.series().get("completed")).containsExactly(2L, 0L);
        assertThat(read.series().get("failed")).containsExactly(1L, 0L);
        assertThat(read.series().get("declined")).containsExactly(0L, 0L);
        assertThat(read.series().get("needsAttention")).containsExactly(0L, 1L);
        assertThat(read.series().get("inFlight")).containsExactly(1L, 1L);
        assertThat(read.series().get("moneyAtRiskRows")).containsExactly(1L, 1L);
        // Between the bounds 500 ms and 1 s: the first half of the two.
        assertThat(read.series().get("p50")).containsExactly(0.75, 0.75);
        assertThat(read.series().get("p99")).containsExactly(0.995, 0.995);
    }

    @Test
    void onlyTheLastHourIsKept() {
        meters.ended("COMPLETED", Duration.ofSeconds(1));
        step();
        for (int i = 0; i < 300; i++) {
            step();
        }
        meters.ended("COMPLETED", Duration.ofSeconds(1));

        Window hour = history.hour();

        assertThat(history.history().at()).hasSize(240);
        assertThat(hour.length()).isEqualTo(Duration.ofHours(1));
        assertThat(hour.counts().completed()).as("without the first one").isOne();
        assertThat(hour.counts().quantile(0.5)).isEqualTo(0.75);
        assertThat(history.window(Duration.ofMinutes(5)).length()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void latencyOfNothingIsAbsent() {
        step();

        assertThat(history.history().series().get("p99")).containsExactly((Number) null);
        assertThat(history.hour().counts().quantile(0.99)).isNull();
    }

    @Test
    void breakersAreTimelinesOfTheirStates() {
        step();
        breakers.forceOpen("email", Duration.ofMinutes(10), new OperatorNote("ann", "test"));
        step();
        Instant forced = now;
        step();
        breakers.reset("email", new OperatorNote("ann", "test"));
        step();

        assertThat(history.history().breakers().get("email"))
                .containsExactly(
                        new BreakerSpan("CLOSED", forced.minus(HourHistory.INTERVAL), forced, false),
                        new BreakerSpan("FORCED_OPEN", forced, now, true),
                        new BreakerSpan("CLOSED", now, null, false));
    }

    @Test
    void sampleWithoutTheDatabaseHasGaps() {
        Jdbi away = Jdbi.create("jdbc:postgresql://127.0.0.1:1/none").installPlugin(new SqlObjectPlugin());
        HourHistory alone = new HourHistory(away, new OutcomeTotals(metrics.registry()), breakers, clock);
        meters.ended("COMPLETED", Duration.ofSeconds(1));
        now = now.plusSeconds(15);
        alone.sample();

        assertThat(alone.history().series().get("inFlight")).containsExactly((Number) null);
        assertThat(alone.history().series().get("completed")).containsExactly(1L);
    }
}
