package dev.registrar.store;

import dev.registrar.model.EmailAddress;
import dev.registrar.model.JsonDataCodec;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.PhoneNumber;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UserProfile;
import dev.registrar.temporal.PayloadJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Rows of {@code registrations} for tests of those who read and write them. */
public final class Rows {

    /** Acceptance of rows, unless a test says otherwise. */
    public static final Instant NOW = Instant.parse("2026-02-01T12:00:00Z");

    public static final String HASH = "ab".repeat(32);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Jdbi jdbi;

    public Rows(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    public static JsonDataCodec codec() {
        return new JsonDataCodec(PayloadJson.mapper());
    }

    public static JsonColumns json() {
        return new JsonColumns(PayloadJson.mapper());
    }

    public RegistrationStore store() {
        return new RegistrationStore(jdbi, codec(), json());
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

    /** A row as acceptance leaves it. */
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

    /** A row with this status, ended where the status says so. */
    public RegistrationId with(RegistrationStatus status) {
        RegistrationId id = running();
        set(id, "status = '" + status + "'" + (status.ended() ? ", finished_at = created_at" : ""));
        return id;
    }

    /** Sets columns, in SQL. */
    public void set(RegistrationId id, String assignments) {
        jdbi.useHandle(
                handle -> handle.execute("UPDATE registrations SET " + assignments + " WHERE id = ?", id.value()));
    }

    public Registration find(RegistrationId id) {
        return store().find(id).orElseThrow();
    }
}
