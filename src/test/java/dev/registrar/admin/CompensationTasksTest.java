package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegistrar.class)
class CompensationTasksTest {

    private static String undone(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        assertThat(registration.path("status").asText()).isEqualTo("COMPLETED");
        service.leaveUndoOpen(registration);
        return registration.path("id").asText();
    }

    private static JsonNode awaitBatch(Service service, String batch, String state) {
        service.await(() -> batch(service, batch).path("state").asText().equals(state));
        return batch(service, batch);
    }

    private static JsonNode batch(Service service, String batch) {
        return service.task("compensation-batch", "batch", batch, "format", "json")
                .json();
    }

    @Test
    void listShowsRowsAndMoneyAtRiskAsTextAndAsJson(Service service) {
        String id = undone(service);

        Answer text = service.task("compensations", "registration", id);
        Answer json = service.task("compensations", "registration", id, "status", "open", "format", "json");
        Answer older = service.task("compensations", "registration", id, "olderThan", "PT1H");

        assertThat(text.status()).isEqualTo(200);
        assertThat(text.lastLine()).isEqualTo("OK 3");
        assertThat(text.body())
                .contains("refund", "49.90", "delete_account", "PLANNED")
                .contains("at risk: 49.90 USD\n");
        assertThat(json.json().path("total").asInt()).isOne();
        JsonNode row = json.json().path("items").get(0);
        assertThat(row.path("action").asText()).isEqualTo("refund");
        assertThat(row.path("service").asText()).isEqualTo("payment");
        assertThat(row.path("state").asText()).isEqualTo("OPEN");
        assertThat(row.path("registrationId").asText()).isEqualTo(id);
        assertThat(json.body()).contains("\"amount\":49.90");
        assertThat(row.has("closedAt")).isTrue();
        assertThat(older.lastLine()).isEqualTo("OK 0");
        assertThat(service.task("compensations", "limit", "10001").status()).isEqualTo(400);
        assertThat(service.task("compensations", "action", "refunds").status()).isEqualTo(400);
    }

    @Test
    void filterOnlyPlansUnlessToldOtherwise(Service service) {
        String id = undone(service);

        Answer plan = service.task("compensation-replay", "registration", id);

        assertThat(plan.status()).isEqualTo(200);
        assertThat(plan.body()).contains("dry run: true", "refund:" + id, "payment refund tx_", "at risk: 49.90 USD");
        assertThat(plan.body()).doesNotContain("batch id").contains("next: nothing is done yet;");
        assertThat(service.effects("refund:" + id)).isZero();
        assertThat(service.change("compensation-replay", "registration", id, "dryRun", "maybe")
                        .status())
                .isEqualTo(400);
        assertThat(service.change("compensation-replay", "dryRun", "false", "registration", id, "status", "DONE")
                        .status())
                .isEqualTo(400);
        assertThat(service.change("compensation-replay", "dryRun", "false", "registration", id, "rate", "0")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void replayVerifiesAtTheProviderAndHasOneEffectHoweverOftenItIsAskedFor(Service service) {
        String id = undone(service);
        String row = service.row(id, "refund");

        Answer first = service.change("compensation-replay", "id", row);
        Answer second = service.change("compensation-replay", "id", row);
        String batch = first.json().path("batchId").asText();
        JsonNode done = awaitBatch(service, batch, "DONE");
        awaitBatch(service, second.json().path("batchId").asText(), "DONE");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().path("ok").asInt()).isOne();
        assertThat(first.json().path("next").asText()).contains("/tasks/compensation-batch?batch=" + batch);
        assertThat(done.has("next")).as("nothing is left to do").isFalse();
        assertThat(done.path("items").get(0).path("result").asText()).isEqualTo("VERIFIED");
        assertThat(done.path("verified").asInt()).isOne();
        assertThat(service.effects("refund:" + id)).isOne();
        assertThat(service.registration(id).path("status").asText()).isEqualTo("FAILED");
        assertThat(service.audits("compensation-replay", "batch:" + batch)).isOne();
    }

    @Test
    void severalRowsAreOneBatch(Service service) {
        String one = undone(service);
        String two = undone(service);
        String ids = service.row(one, "refund") + "," + service.row(two, "refund");

        Answer plan = service.task("compensation-replay", "id", ids, "dryRun", "true");
        Answer started = service.change("compensation-replay", "id", ids, "rate", "100");
        JsonNode done = awaitBatch(service, started.json().path("batchId").asText(), "DONE");

        assertThat(plan.body()).contains("refund:" + one, "refund:" + two, "at risk: 99.80 USD", "dry run: true");
        assertThat(started.json().path("ok").asInt()).isEqualTo(2);
        assertThat(done.path("verified").asInt()).isEqualTo(2);
        assertThat(service.effects("refund:" + one)).isOne();
        assertThat(service.effects("refund:" + two)).isOne();
    }

    @Test
    void severalRowsWithAMistakeAreRefusedTogether(Service service) {
        String id = undone(service);
        String row = service.row(id, "refund");
        String unknown = UUID.randomUUID().toString();

        assertThat(service.change("compensation-replay", "id", row + "," + unknown)
                        .status())
                .isEqualTo(404);
        assertThat(service.change("compensation-replay", "id", row + "," + service.row(id, "delete_profile"))
                        .status())
                .isEqualTo(409);
        for (String wrong : List.of(row + "," + row, row + ",", row + " " + row, ",")) {
            assertThat(service.change("compensation-replay", "id", wrong).status())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(service.change("compensation-replay", "id", row, "seenSeq", "0,0")
                        .status())
                .isEqualTo(400);
        assertThat(service.change("compensation-replay", "id", row, "status", "OPEN")
                        .status())
                .isEqualTo(400);
        assertThat(service.effects("refund:" + id)).isZero();
    }

    @Test
    void plannedRowIsNotReplayedByItself(Service service) {
        String id = undone(service);

        assertThat(service.change("compensation-replay", "id", service.row(id, "delete_profile"))
                        .status())
                .isEqualTo(409);
        assertThat(service.change("compensation-resolve", "id", service.row(id, "delete_profile"), "reference", "r")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void batchIsPausedResumedAndCancelled(Service service) {
        undone(service);
        undone(service);
        String batch = service.change("compensation-replay", "dryRun", "false", "rate", "0.05", "limit", "2")
                .json()
                .path("batchId")
                .asText();

        Answer paused = service.change("compensation-batch", "batch", batch, "action", "pause");
        Answer pausedAgain = service.change("compensation-batch", "batch", batch, "action", "pause");
        Answer resumed = service.change("compensation-batch", "batch", batch, "action", "resume");
        Answer cancelled = service.change("compensation-batch", "batch", batch, "action", "cancel");
        Answer cancelledAgain = service.change("compensation-batch", "batch", batch, "action", "cancel");
        Answer tooLate = service.change("compensation-batch", "batch", batch, "action", "resume");

        assertThat(paused.json().path("state").asText()).isEqualTo("PAUSED");
        assertThat(pausedAgain.status()).isEqualTo(200);
        assertThat(paused.json().path("next").asText()).contains("action=resume");
        assertThat(resumed.json().path("state").asText()).isEqualTo("RUNNING");
        assertThat(cancelled.json().path("state").asText()).isEqualTo("CANCELLED");
        assertThat(cancelledAgain.status()).isEqualTo(200);
        assertThat(tooLate.status()).isEqualTo(409);
        assertThat(service.audits("compensation-batch", "batch:" + batch)).isEqualTo(3);
    }

    @Test
    void rowIsClosedByHandOnceAndTheNextOneOpens(Service service) {
        String id = undone(service);
        String refund = service.row(id, "refund");

        Answer withOutcome =
                service.change("compensation-resolve", "id", refund, "reference", "tx_1", "outcome", "refunded");
        Answer first = service.change("compensation-resolve", "id", refund, "reference", "tx_1");
        Answer same = service.change("compensation-resolve", "id", refund, "reference", "tx_1");
        Answer other = service.change("compensation-resolve", "id", refund, "reference", "tx_2");

        assertThat(withOutcome.status()).isEqualTo(400);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().path("items").get(0).path("closedBy").asText()).isEqualTo("operator");
        assertThat(same.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(409);
        assertThat(service.audits("compensation-resolve", "compensation:" + refund))
                .isOne();
        // The service undoes the rest by itself.
        service.awaitStatus(id, "FAILED");
        assertThat(service.registration(id).path("compensations").findValuesAsText("state"))
                .containsExactly("RESOLVED", "DONE", "DONE");
    }

    @Test
    void paymentThatAnOperatorFoundLetsTheRegistrationGoOn(Service service) {
        JsonNode registration = service.register("pm_wrong_amount");
        String id = registration.path("id").asText();
        assertThat(registration.path("status").asText()).isEqualTo("NEEDS_ATTENTION");
        String row = service.row(id, "resolve_payment");

        assertThat(service.change("compensation-resolve", "id", row, "reference", "tx_9")
                        .status())
                .isEqualTo(400);
        Answer resolved = service.change("compensation-resolve", "id", row, "reference", "tx_9", "outcome", "charged");
        Answer contradicted =
                service.change("compensation-resolve", "id", row, "reference", "tx_9", "outcome", "refunded");

        assertThat(resolved.status()).isEqualTo(200);
        assertThat(contradicted.status()).isEqualTo(409);
        service.awaitStatus(id, "COMPLETED");
        JsonNode completed = service.registration(id);
        assertThat(completed.path("steps").get(1).path("reference").asText())
                .as("what the gateway shows counts more than the operator's words")
                .isNotEqualTo("tx_9")
                .isEqualTo(
                        completed.path("compensations").get(0).path("reference").asText());
        assertThat(completed.path("compensations").findValuesAsText("state")).containsExactly("RESOLVED");
    }

    @Test
    void rowsAreFilteredByTheErrorOfTheirLastAttempt(Service service) {
        String id = undone(service);
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET last_error_code = 'payment_refund_failed'"
                                + " WHERE registration_id = CAST(? AS uuid) AND action = 'refund'",
                        id));

        Answer listed = service.task(
                "compensations", "registration", id, "errorCode", "payment_refund_failed", "format", "json");
        Answer planned = service.task("compensation-replay", "errorCode", "payment_refund_failed", "format", "json");
        Answer none = service.task("compensation-replay", "registration", id, "errorCode", "payment_unknown");

        JsonNode row = listed.json().path("items").get(0);
        assertThat(listed.json().path("total").asInt()).isOne();
        assertThat(row.path("lastErrorCode").asText()).isEqualTo("payment_refund_failed");
        assertThat(row.has("nextTryAt")).isTrue();
        assertThat(row.has("attemptUntil")).isTrue();
        assertThat(row.path("commandSeq").isInt()).isTrue();
        assertThat(planned.json().path("items").findValuesAsText("registrationId"))
                .contains(id);
        assertThat(none.lastLine()).isEqualTo("OK 0");
        assertThat(service.task("compensations", "errorCode", "no such code").status())
                .isEqualTo(400);
    }

    @Test
    void listThatWasCutSaysHowManyAreMissing(Service service) {
        String id = undone(service);

        Answer text = service.task("compensations", "registration", id, "limit", "2");
        Answer json = service.task("compensations", "registration", id, "limit", "2", "format", "json");
        Answer whole = service.task("compensations", "registration", id, "format", "json");
        Answer planned = service.task("compensation-replay", "registration", id, "limit", "1", "format", "json");

        assertThat(text.body()).endsWith("2 of 3, 1 left out: limit=1000\nOK 2\n");
        assertThat(json.json().path("leftOut").asInt()).isOne();
        assertThat(json.json().path("total").asInt()).isEqualTo(2);
        assertThat(whole.json().path("leftOut").isInt()).isTrue();
        assertThat(whole.json().path("leftOut").asInt()).isZero();
        assertThat(planned.json().path("leftOut").asInt())
                .as("the others are not open")
                .isZero();
    }
}
