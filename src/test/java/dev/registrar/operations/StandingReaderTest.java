package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.metrics.StandingGauges;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.ServiceHealth.InvariantCheck;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The values of the gauges over the database. */
class StandingReaderTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Clock CLOCK = Clock.fixed(Rows.NOW.plusSeconds(600), ZoneOffset.UTC);

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong live = new AtomicLong();
    private final StandingReader reader =
            new StandingReader(DATABASE.jdbi(), new StandingGauges(registry, CLOCK), live::set, CLOCK);

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations, batches CASCADE"));
    }

    private double gauge(String name, String... tags) {
        return registry.get("registrar." + name).tags(tags).gauge().value();
    }

    @Test
    void emptyTablesShowNothing() {
        reader.read();

        assertThat(gauge("registrations.in.flight", "status", "RUNNING")).isZero();
        assertThat(gauge("oldest.in.flight")).isZero();
        assertThat(gauge("oldest.open.compensation")).isZero();
        assertThat(gauge("money.at.risk", "currency", "USD")).isZero();
    }

    @Test
    void registrationsThatHaveNotEndedAreCountedByStatus() {
        rows.running();
        rows.running();
        rows.with(RegistrationStatus.NEEDS_ATTENTION);
        rows.with(RegistrationStatus.COMPLETED);

        reader.read();

        assertThat(gauge("registrations.in.flight", "status", "RUNNING")).isEqualTo(2);
        assertThat(gauge("registrations.in.flight", "status", "NEEDS_ATTENTION"))
                .isOne();
        assertThat(gauge("oldest.in.flight")).isEqualTo(600);
        assertThat(live).hasValue(3);
    }

    @Test
    void eachChargeIsAtRiskOnceAlsoWhileAnAttemptIsUnderWay() {
        RegistrationId id = rows.running();
        rows.refund(id);
        rows.undo(id, "delete_profile", "profile", null);
        rows.close(rows.refund(rows.running()), Duration.ZERO);
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET attempt_until = now() + interval '30 seconds' WHERE state = 'OPEN'"));

        reader.read();

        assertThat(gauge("open.compensations", "action", "refund")).isOne();
        assertThat(gauge("open.compensations", "action", "delete_profile")).isOne();
        assertThat(gauge("money.at.risk", "currency", "USD")).isEqualTo(49.9);
    }

    @Test
    void batchThatShouldBeRunningIsShown() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("""
                INSERT INTO batches (id, actor, reason, rate, state, created_at, updated_at)
                VALUES (gen_random_uuid(), 'ann', 'night', 1, 'RUNNING', '2026-02-01T12:00:00Z', '2026-02-01T12:05:00Z'),
                       (gen_random_uuid(), 'ann', 'night', 1, 'PAUSED', '2026-02-01T12:00:00Z', '2026-02-01T12:00:00Z')
                """));

        reader.read();

        assertThat(gauge("replay.batches.running")).isOne();
        assertThat(gauge("replay.idle")).isEqualTo(300);
    }

    @Test
    void resultOfAnItemIsProgressOfItsBatch() {
        RegistrationId id = rows.running();
        DATABASE.jdbi().useHandle(handle -> {
            handle.execute("""
                    INSERT INTO batches (id, actor, reason, rate, state, created_at, updated_at)
                    VALUES ('0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa', 'ann', 'night', 1, 'RUNNING',
                            '2026-02-01T12:00:00Z', '2026-02-01T12:01:00Z')
                    """);
            handle.execute("""
                    INSERT INTO batch_items (batch_id, position, compensation_id, registration_id, command_seq, result, finished_at)
                    VALUES ('0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa', 1, ?, ?, 1, 'VERIFIED', '2026-02-01T12:08:00Z')
                    """, rows.refund(id), id.value());
        });

        reader.read();

        assertThat(gauge("replay.idle")).isEqualTo(120);
    }

    @Test
    void contradictionIsShownFromTheNextCheckOn() {
        InvariantCheck check = new InvariantCheck(new DueRegistrations(DATABASE.jdbi()), new RegistrarMeters(registry));
        RegistrationId id = rows.with(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(gauge("invariant.violations")).isZero();

        check.run();
        assertThat(gauge("invariant.violations")).isOne();
        rows.set(id, "status = 'RUNNING'");
        check.run();

        assertThat(check.violations()).isZero();
    }

    @Test
    void registrationThatDoesNotMoveIsShownFromTheNextCheckOn() {
        InvariantCheck check = new InvariantCheck(new DueRegistrations(DATABASE.jdbi()), new RegistrarMeters(registry));
        RegistrationId id = rows.running();
        rows.set(id, "updated_at = now() - interval '2 minutes'");
        assertThat(gauge("registrations.unmoved")).isZero();

        check.run();
        assertThat(gauge("registrations.unmoved")).isOne();
        rows.set(id, "updated_at = now()");
        check.run();

        assertThat(gauge("registrations.unmoved")).isZero();
    }
}
