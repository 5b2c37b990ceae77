package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Refunds that the gateway took back later. */
@ExtendWith(RunningRegistrar.class)
class RefundAgainTaskTest {

    /** A failed registration whose undo is confirmed, although the gateway holds the money: its refund was taken back. */
    private static String reversed(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);
        String id = registration.path("id").asText();
        service.jdbi().useTransaction(handle -> {
            // No recheck is due: it would find the reversal too.
            handle.execute(
                    "UPDATE compensations SET state = 'DONE', closed_at = now(), closed_by = 'provider', watch_stage = 9"
                            + " WHERE registration_id = CAST(? AS uuid)",
                    id);
            handle.execute(
                    "UPDATE registrations SET status = 'FAILED', finished_at = now() WHERE id = CAST(? AS uuid)", id);
        });
        return id;
    }

    @Test
    void reversedRefundIsSentAgainOnceUnderANewKey(Service service) {
        String id = reversed(service);
        String row = service.row(id, "refund");
        int seen = service.commandSeq(id);

        List<Answer> both = service.twiceAtOnce("refund-again", "id", row, "seenSeq", String.valueOf(seen));

        assertThat(both.get(0).status()).as(both.get(0).body()).isEqualTo(200);
        assertThat(both.get(1).status()).as(both.get(1).body()).isEqualTo(409);
        assertThat(both.get(1).body()).contains("changed: ");
        JsonNode opened = both.get(0).json();
        assertThat(opened.path("state").asText()).isEqualTo("OPENED");
        assertThat(opened.path("items").get(0).path("action").asText()).isEqualTo("refund");
        assertThat(opened.path("items").get(0).path("id").asText()).isNotEqualTo(row);
        service.await(() -> service.effects("refund:" + id + ":again:1") == 1);
        service.await(() -> service.registration(id).path("compensations").findValuesAsText("state").stream()
                .allMatch("DONE"::equals));
        Answer refused = service.change("refund-again", "id", row);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("the whole payment is refunded");
        assertThat(service.effects("refund:" + id + ":again:1")).isOne();
        assertThat(service.effects("refund:" + id + ":again:2")).isZero();
        assertThat(service.audits("refund-again", "compensation:" + row)).isEqualTo(2);
        assertThat(service.registration(id).path("status").asText()).isEqualTo("FAILED");
    }

    @Test
    void moneyReturnedByHandIsNotRefundedAgain(Service service) {
        String id = reversed(service);
        String row = service.row(id, "refund");
        service.jdbi().useHandle(handle -> handle.execute("""
                        INSERT INTO compensations (id, registration_id, position, action, service, state, reference, amount, currency,
                                                   idempotency_key, opened_at, closed_at, closed_by)
                        SELECT gen_random_uuid(), registration_id, 4, action, service, 'RESOLVED', reference, amount, currency,
                               idempotency_key || ':again:1', now(), now(), 'operator'
                        FROM compensations WHERE id = CAST(? AS uuid)
                        """, row));

        Answer refused = service.change("refund-again", "id", row);

        assertThat(refused.status()).as(refused.body()).isEqualTo(409);
        assertThat(refused.body()).contains("by hand");
        assertThat(service.commandSeq(id)).as("no command is left").isZero();
    }

    @Test
    void rowsThatTheProviderHasNotConfirmedAreRefused(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);
        String id = registration.path("id").asText();

        Answer open = service.change("refund-again", "id", service.row(id, "refund"));
        Answer other = service.change("refund-again", "id", service.row(id, "delete_profile"));

        assertThat(open.status()).isEqualTo(409);
        assertThat(open.body()).contains("compensation-replay");
        assertThat(other.status()).isEqualTo(409);
        assertThat(service.change("refund-again", "id", UUID.randomUUID().toString())
                        .status())
                .isEqualTo(404);
        assertThat(service.commandSeq(id)).isZero();
    }
}
