package dev.registrar.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.account.AccountStore;
import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.operations.Purge.RetentionConfiguration;
import dev.registrar.store.Command;
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

    private final Jdbi jdbi = DATABASE.jdbi();
    private final Rows rows = new Rows(jdbi);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** @param days since the rows were accepted */
    private void purge(int days, RetentionConfiguration retention) {
        Instant now = Rows.NOW.plus(java.time.Duration.ofDays(days));
        new Purge(jdbi, retention, new RegistrarMeters(registry), Clock.fixed(now, ZoneOffset.UTC)).run();
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
    void registrationGoesWithItsCommandsAndTheTombstoneOfItsAccount() {
        NewRegistration failed = Rows.fresh(Rows.freshUser(), null);
        rows.store().accept(failed);
        AccountStore accounts = new AccountStore(jdbi, Rows.codec());
        String user = failed.request().userProfile().userId();
        accounts.delete(failed.id(), user, java.time.Duration.ofSeconds(5));
        int seq = rows.command(failed.id(), Command.Kind.ATTEND);
        jdbi.useHandle(handle -> rows.inbox().applied(handle, failed.id(), seq, null, null));
        rows.set(
                failed.id(),
                "status = 'FAILED', finished_at = created_at, attending = FALSE, attend_at = NULL, applied_seq = 1");

        purge(401, registrationsAfter(400));

        assertThat(isThere(failed.id())).isFalse();
        int left = jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM accounts WHERE user_id = :user")
                .bind("user", user)
                .mapTo(Integer.class)
                .one());
        assertThat(left).isZero();
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
        rows.set(watched, "attend_at = now() + interval '1 day'");
        RegistrationId commanded = rows.with(RegistrationStatus.COMPLETED);
        rows.command(commanded, Command.Kind.RESEND);
        rows.set(commanded, "attend_at = NULL");

        purge(10_000, registrationsAfter(30));

        assertThat(new RegistrationId[] {running, attention, lateRefund, planned, watched, commanded})
                .allMatch(this::isThere);
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
