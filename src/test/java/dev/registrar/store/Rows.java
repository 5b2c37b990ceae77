package dev.registrar.store;

import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.EmailAddress;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.temporal.PayloadJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Rows of {@code registrations} for tests, and the stores that use them. */
public final class Rows {

    /** The acceptance time of rows, unless a test sets another. */
    public static final Instant NOW = Instant.parse("2026-02-01T12:00:00Z");

    public static final String HASH = "ab".repeat(32);

    /** The service's default, with waits not spread. */
    public static final AttendSchedule SCHEDULE = new AttendSchedule(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            List.of(Duration.ofMinutes(10), Duration.ofHours(24)),
            List.of(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30)),
            new AttendSchedule.Retry(Duration.ofMinutes(5), 3.0, Duration.ofHours(6), Duration.ofDays(7)));

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Jdbi jdbi;
    private final CompletionWatch watch;
    private final RegistrarMeters meters;
    private final RegistrationTransitions transitions;

    public Rows(Jdbi jdbi) {
        this(jdbi, SCHEDULE);
    }

    public Rows(Jdbi jdbi, AttendSchedule schedule) {
        this.jdbi = jdbi;
        watch = new CompletionWatch(jdbi);
        meters = new RegistrarMeters(new SimpleMeterRegistry());
        transitions = new RegistrationTransitions(json(), schedule, () -> 0.5, meters, watch);
    }

    public static JsonDataCodec codec() {
        return new JsonDataCodec(PayloadJson.mapper());
    }

    public static JsonColumns json() {
        return new JsonColumns(PayloadJson.mapper());
    }

    public RegistrarMeters meters() {
        return meters;
    }

    public CompletionWatch watch() {
        return watch;
    }

    public RegistrationTransitions transitions() {
        return transitions;
    }

    public CommandInbox inbox() {
        return new CommandInbox(jdbi, codec(), transitions);
    }

    public RegistrationStore store() {
        return new RegistrationStore(jdbi, codec(), json(), transitions);
    }

    public static String freshUser() {
        return "u-row-" + NUMBER.incrementAndGet();
    }

    public static RequestData request(String userId) {
        return new RequestData(
                new UserProfile(
                        userId,
                        new EmailAddress("ada@example.com"),
                        "Ada Lovelace",
                        new PhoneNumber("+14155550101"),
                        Map.of("locale", "en")),
                new PaymentRequest(userId, Money.of("49.90", "USD"), "pm_card_ok", "Annual plan"));
    }

    public static NewRegistration fresh(String userId, @Nullable String key) {
        return new NewRegistration(
                RegistrationId.random(), "caller", key, HASH, request(userId), NOW.truncatedTo(ChronoUnit.MICROS));
    }

    /** A row as written at acceptance. */
    public RegistrationId running() {
        return running(NOW);
    }

    public RegistrationId running(Instant createdAt) {
        NewRegistration fresh =
                new NewRegistration(RegistrationId.random(), "caller", null, HASH, request(freshUser()), createdAt);
        if (store().accept(fresh).isEmpty()) {
            throw new IllegalStateException();
        }
        return fresh.id();
    }

    /** A row with this status; an ended one has nothing left to do. */
    public RegistrationId with(RegistrationStatus status) {
        RegistrationId id = running();
        set(
                id,
                "status = '" + status + "'"
                        + (status.ended() ? ", finished_at = created_at, attend_at = NULL, attending = FALSE" : ""));
        return id;
    }

    /** Sets columns, in SQL. */
    public void set(RegistrationId id, String assignments) {
        jdbi.useHandle(
                handle -> handle.execute("UPDATE registrations SET " + assignments + " WHERE id = ?", id.value()));
    }

    /** Adds an OPEN row of undo work; returns its id. */
    public UUID undo(RegistrationId id, String action, String service, @Nullable String amount) {
        UUID row = UUID.randomUUID();
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO compensations (id, registration_id, position, action, service, state, amount, currency,
                                                   opened_at)
                        VALUES (:row, :id, 1, :action, :service, 'OPEN', CAST(:amount AS numeric),
                                CASE WHEN CAST(:amount AS text) IS NULL THEN NULL ELSE 'USD' END, now())
                        """)
                .bind("row", row)
                .bind("id", id.value())
                .bind("action", action)
                .bind("service", service)
                .bind("amount", amount)
                .execute());
        return row;
    }

    /** Adds an OPEN refund of 49.90 USD of a known payment; returns its id. */
    public UUID refund(RegistrationId id) {
        UUID row = undo(id, "refund", "payment", "49.90");
        jdbi.useHandle(handle -> handle.execute("UPDATE compensations SET reference = 'tx_1' WHERE id = ?", row));
        return row;
    }

    /** Closes a row of undo work as done by the provider, this long ago. */
    public void close(UUID row, Duration ago) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE compensations
                        SET state = 'DONE', closed_by = 'provider', closed_at = now() - :ago * interval '1 second'
                        WHERE id = :row
                        """)
                .bind("row", row)
                .bind("ago", ago.toSeconds())
                .execute());
    }

    /** Adds a command as the service itself does and returns its number. */
    public int command(RegistrationId id, Command.Kind kind) {
        return jdbi.inTransaction(handle -> {
            transitions.lock(handle, id);
            return inbox().add(handle, id, kind, "", null, Sender.SERVICE);
        });
    }

    public RegistrationFacts facts(RegistrationId id) {
        return jdbi.inTransaction(handle -> transitions.lock(handle, id));
    }

    public Registration find(RegistrationId id) {
        return store().find(id).orElseThrow();
    }
}
