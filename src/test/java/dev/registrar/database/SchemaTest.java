package dev.registrar.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SchemaTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Jdbi jdbi = DATABASE.jdbi();

    @Test
    void userHasOneLiveRegistration() {
        insert("u-live", "RUNNING", "caller", null);

        assertThatThrownBy(() -> insert("u-live", "ACCEPTED", "caller", null))
                .hasStackTraceContaining("registrations_live_user");
    }

    @Test
    void userWhoseRegistrationsFailedOrWereCancelledMayRegisterAgain() {
        insert("u-again", "FAILED", "caller", null);
        insert("u-again", "CANCELLED", "caller", null);

        assertThatCode(() -> insert("u-again", "COMPLETED", "caller", null)).doesNotThrowAnyException();
    }

    @Test
    void idempotencyKeyIsUniquePerCaller() {
        insert("u-1", "FAILED", "one", "key");
        insert("u-2", "RUNNING", "other", "key");

        assertThatThrownBy(() -> insert("u-3", "RUNNING", "one", "key"))
                .hasStackTraceContaining("registrations_idempotency");
    }

    @Test
    void undoActionIsThereOncePerRegistration() {
        UUID registration = insert("u-undo", "COMPENSATING", "caller", null);
        compensate(registration, "refund");
        compensate(registration, "delete_profile");

        assertThatThrownBy(() -> compensate(registration, "refund")).hasStackTraceContaining("compensations_once");
    }

    @Test
    void auditIsAppendOnly() {
        jdbi.useHandle(handle -> handle.execute("INSERT INTO audit (at, actor, reason, action, subject) "
                + "VALUES (now(), 'ann', 'why', 'registration-cancel', 'x')"));

        for (String change : new String[] {"UPDATE audit SET actor = 'bob'", "DELETE FROM audit", "TRUNCATE audit"}) {
            assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute(change)))
                    .as(change)
                    .hasStackTraceContaining("audit is append-only");
        }
        assertThat(count("audit")).isEqualTo(1);
    }

    @Test
    void unknownStatusesAreForTheServiceToJudge() {
        assertThatCode(() -> insert("u-later", "A_STATE_OF_A_LATER_VERSION", "caller", null))
                .doesNotThrowAnyException();
    }

    private int count(String table) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM " + table)
                .mapTo(Integer.class)
                .one());
    }

    private UUID insert(String userId, String status, String caller, @Nullable String key) {
        UUID id = UUID.randomUUID();
        jdbi.useHandle(handle -> handle.createUpdate(
                        "INSERT INTO registrations (id, caller, user_id, idempotency_key, body_hash, codec, request, amount, currency, "
                                + "status, created_at, updated_at) VALUES (:id, :caller, :userId, :key, '\\x01', 1, '\\x02', 49.90, 'USD', :status, now(), now())")
                .bind("id", id)
                .bind("caller", caller)
                .bind("userId", userId)
                .bind("key", key)
                .bind("status", status)
                .execute());
        return id;
    }

    private void compensate(UUID registration, String action) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "INSERT INTO compensations (id, registration_id, position, action, service, state, opened_at) "
                                + "VALUES (:id, :registration, 0, :action, 'payment', 'OPEN', now())")
                .bind("id", UUID.randomUUID())
                .bind("registration", registration)
                .bind("action", action)
                .execute());
    }
}
