package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.NewRegistration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import io.dropwizard.util.Duration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PurgeTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final int LOOKS = 2;

    private final Jdbi jdbi = DATABASE.jdbi();
    private final Rows rows = new Rows(jdbi);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** @param days since the rows were accepted */
    private void purge(int days, RetentionConfiguration retention) {
        Instant now = Rows.NOW.plus(java.time.Duration.ofDays(days));
        new Purge(jdbi, retention, LOOKS, new RegistrarMeters(registry), Clock.fixed(now, ZoneOffset.UTC)).run();
    }

    private static RetentionConfiguration registrationsAfter(int days) {
        return new RetentionConfiguration(null, Duration.days(days), null, null);
    }

    private boolean isThere(RegistrationId id) {
        return rows.store().find(id).isPresent();
    }

    private double purged(String kind) {
        return registry.counter("registrar.purged.rows", "rows", kind).count();
    }

    private void compensation(RegistrationId id, String state) {
        jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO compensations (id, registration_id, position, action, service, state, opened_at)"
                        + " VALUES (?, ?, 0, 'refund', 'payment', ?, now())",
                UUID.randomUUID(),
                id.value(),
                state));
    }

    @Test
    void keysAreForgottenAfterTheirTimeUnlessTheRegistrationIsOpen() {
        NewRegistration ended = Rows.fresh(Rows.freshUser(), "key-ended");
        NewRegistration open = Rows.fresh(Rows.freshUser(), "key-open");
        rows.store().accept(ended);
        rows.store().accept(open);
        rows.set(ended.id(), "status = 'COMPLETED', finished_at = created_at");

        purge(29, RetentionConfiguration.defaults());
        assertThat(rows.find(ended.id()).idempotencyKey()).isEqualTo("key-ended");
        purge(31, RetentionConfiguration.defaults());

        assertThat(rows.find(ended.id()).idempotencyKey()).isNull();
        assertThat(rows.find(open.id()).idempotencyKey()).isEqualTo("key-open");
        assertThat(purged("idempotency_keys")).isEqualTo(1);
    }

    @Test
    void endedRegistrationsStayUnlessATimeIsConfigured() {
        RegistrationId ended = rows.with(RegistrationStatus.FAILED);

        purge(10_000, RetentionConfiguration.defaults());
        assertThat(isThere(ended)).isTrue();
        purge(399, registrationsAfter(400));
        assertThat(isThere(ended)).isTrue();
        purge(401, registrationsAfter(400));

        assertThat(isThere(ended)).isFalse();
    }

    @Test
    void registrationGoesWithItsClosedUndoWork() {
        RegistrationId undone = rows.with(RegistrationStatus.CANCELLED);
        compensation(undone, "DONE");

        purge(401, registrationsAfter(400));

        assertThat(isThere(undone)).isFalse();
    }

    @Test
    void whatIsOpenInAnyWayStays() {
        RegistrationId running = rows.running();
        RegistrationId attention = rows.with(RegistrationStatus.NEEDS_ATTENTION);
        RegistrationId lateRefund = rows.with(RegistrationStatus.FAILED);
        compensation(lateRefund, "OPEN");
        RegistrationId planned = rows.with(RegistrationStatus.FAILED);
        compensation(planned, "PLANNED");
        RegistrationId watched = rows.with(RegistrationStatus.FAILED);
        rows.set(watched, "charge_in_doubt = TRUE, watch_stage = 1");
        RegistrationId looked = rows.with(RegistrationStatus.FAILED);
        rows.set(looked, "charge_in_doubt = TRUE, watch_stage = 2");

        purge(10_000, registrationsAfter(30));

        assertThat(new RegistrationId[] {running, attention, lateRefund, planned, watched})
                .allMatch(this::isThere);
        assertThat(isThere(looked)).isFalse();
    }

    @Test
    void moreThanABatchGoesAtOnce() {
        for (int i = 0; i < 450; i++) {
            rows.with(RegistrationStatus.FAILED);
        }

        purge(401, registrationsAfter(400));

        assertThat(purged("registrations")).isGreaterThanOrEqualTo(450);
    }

    @Test
    void auditGoesAfterItsTimeByThePurgeOnly() {
        jdbi.useHandle(handle -> handle.execute("INSERT INTO audit (at, actor, reason, action, subject) VALUES"
                + " (now() - interval '200 days', 'ann', 'old', 'a', 's'), (now() - interval '100 days', 'ann', 'mid', 'a', 's'),"
                + " (now(), 'ann', 'new', 'a', 's')"));

        assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute("DELETE FROM audit")))
                .hasStackTraceContaining("audit is append-only");
        assertThatThrownBy(() -> jdbi.useTransaction(handle -> {
                    handle.execute("SET LOCAL registrar.purge_before = '2999-01-01'");
                    handle.execute("DELETE FROM audit");
                }))
                .as("not even so what is younger than 90 days")
                .hasStackTraceContaining("audit is append-only");
        new Purge(
                        jdbi,
                        new RetentionConfiguration(null, null, Duration.days(150), null),
                        LOOKS,
                        new RegistrarMeters(registry),
                        Clock.systemUTC())
                .run();

        List<String> left = jdbi.withHandle(handle -> handle.createQuery("SELECT reason FROM audit ORDER BY id")
                .mapTo(String.class)
                .list());
        assertThat(left).containsExactly("mid", "new");
        assertThat(purged("audit")).isEqualTo(1);
    }
}
