package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegistrar.class)
class EraseTaskTest {

    private static Map<String, Object> row(Service service, String id) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT request, body_hash, idempotency_key, erased_at, amount, status FROM registrations WHERE id = :id")
                        .bind("id", UUID.fromString(id))
                        .mapToMap()
                        .one());
    }

    private static int count(Service service, String query, String userId) {
        return service.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM " + query)
                        .bind("user", userId)
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void personalDataGoesAndTheMoneyStays(Service service) {
        JsonNode registered = service.register("pm_card_ok");
        String id = registered.path("id").asText();
        String userId = registered.path("userId").asText();
        assertThat(service.change("notification-resend", "id", id, "email", "new@example.com")
                        .status())
                .isEqualTo(200);
        assertThat(service.get("/v1/users/" + userId).status()).isEqualTo(200);

        Answer erased = service.change("erase", "userId", userId);

        assertThat(erased.status()).as(erased.body()).isEqualTo(200);
        assertThat(erased.json().path("items").findValuesAsText("id")).containsExactly(id);
        assertThat(erased.json().path("temporal").asText())
                .isEqualTo("encrypted histories are in the memory of this process and go when it ends");
        assertThat(erased.json().path("outside").asText()).contains("payment gateway");
        assertThat(row(service, id))
                .containsEntry("request", null)
                .containsEntry("idempotency_key", null)
                .containsEntry("body_hash", new byte[0])
                .containsEntry("status", "COMPLETED")
                .doesNotContainEntry("erased_at", null);
        assertThat(count(
                        service,
                        "accounts WHERE user_id = :user AND data IS NULL AND transaction_id IS NOT NULL",
                        userId))
                .isOne();
        assertThat(count(
                        service,
                        "commands WHERE payload IS NOT NULL AND registration_id IN (SELECT id FROM registrations WHERE user_id = :user)",
                        userId))
                .isZero();
        assertThat(service.registration(id)).isEqualTo(withUpdate(registered, service.registration(id)));
        assertThat(service.get("/v1/users/" + userId).status()).isEqualTo(404);
    }

    /** The same apart from the time of the change. */
    private static JsonNode withUpdate(JsonNode before, JsonNode after) {
        return ((com.fasterxml.jackson.databind.node.ObjectNode) before.deepCopy())
                .set("updatedAt", after.path("updatedAt"));
    }

    @Test
    void whoIsErasedCanBeNamedByARegistrationAndIsErasedOnce(Service service) {
        JsonNode registered = service.register("pm_card_declined");
        String id = registered.path("id").asText();

        Answer first = service.change("erase", "id", id);
        Answer second = service.change("erase", "id", id);

        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(second.json().path("items")).isEqualTo(first.json().path("items"));
        assertThat(service.audits("erase", "user:" + registered.path("userId").asText()))
                .isOne();
        assertThat(service.change("registration-retry", "id", id).status()).isEqualTo(409);
    }

    @Test
    void whatIsNotOverKeepsItsData(Service service) {
        JsonNode attention = service.register("pm_card_ok");
        service.leaveUndoOpen(attention);
        JsonNode lateUndo = service.register("pm_card_ok");
        service.leaveUndoOpen(lateUndo);
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE registrations SET status = 'FAILED', finished_at = now() WHERE id = CAST(? AS uuid)",
                        lateUndo.path("id").asText()));

        for (JsonNode registered : List.of(attention, lateUndo)) {
            Answer refused =
                    service.change("erase", "userId", registered.path("userId").asText());

            assertThat(refused.status()).as(refused.body()).isEqualTo(409);
            assertThat(row(service, registered.path("id").asText())).doesNotContainEntry("request", null);
        }
    }

    @Test
    void wrongCallsAreUsage(Service service) {
        assertThat(service.change("erase").status()).isEqualTo(400);
        assertThat(service.change("erase", "userId", "nobody-" + UUID.randomUUID())
                        .status())
                .isEqualTo(404);
        assertThat(service.task("erase", "userId", "u").status()).isEqualTo(400);
    }

    @Test
    void twoOperatorsWhoSawTheSameEraseOnce(Service service) {
        JsonNode registered = service.register("pm_card_ok");
        String id = registered.path("id").asText();
        String userId = registered.path("userId").asText();

        Answer stale = service.change("erase", "id", id, "seenSeq", "7");
        Answer byUser = service.change("erase", "userId", userId, "seenSeq", "0");
        List<Answer> both = service.twiceAtOnce("erase", "id", id, "seenSeq", "0");

        assertThat(stale.status()).isEqualTo(409);
        assertThat(byUser.status()).isEqualTo(400);
        assertThat(both.get(0).status()).as(both.get(0).body()).isEqualTo(200);
        assertThat(both.get(1).status()).as(both.get(1).body()).isEqualTo(409);
        assertThat(both.get(1).body()).contains("changed: ");
        assertThat(service.audits("erase", "user:" + userId)).isOne();
    }
}
