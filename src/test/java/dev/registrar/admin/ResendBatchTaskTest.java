package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages of many registrations that never succeeded. */
@ExtendWith(RunningRegistrar.class)
class ResendBatchTaskTest {

    /** Only what this test made: other tests leave failed messages behind too. */
    private final String since = Instant.now().toString();

    private static String withFailed(Service service, String channel, int status) {
        service.faults("[{\"service\": \"" + channel + "\", \"kind\": \"status\", \"status\": " + status + "}]");
        try {
            JsonNode registration = service.register("pm_card_ok");
            assertThat(registration.path("status").asText()).isEqualTo("COMPLETED");
            assertThat(registration.path("errors").findValuesAsText("step")).containsExactly(channel);
            return registration.path("id").asText();
        } finally {
            service.faults("[]");
        }
    }

    private Answer plan(Service service, String... filter) {
        return service.task("notification-resend", all(filter, "format", "json"));
    }

    private Answer resend(Service service, String... filter) {
        return service.change("notification-resend", all(filter, "dryRun", "false", "rate", "100"));
    }

    private String[] all(String[] filter, String... more) {
        return Stream.of(filter, more, new String[] {"createdAfter", since})
                .flatMap(Stream::of)
                .toArray(String[]::new);
    }

    private static JsonNode ended(Service service, String batch) {
        service.await(() -> batch(service, batch).path("finishedAt").isTextual());
        return batch(service, batch);
    }

    private static JsonNode batch(Service service, String batch) {
        return service.task("compensation-batch", "batch", batch, "format", "json")
                .json();
    }

    @Test
    void planSaysHowManyMessagesOfUnknownOutcomeItLeavesOut(Service service) {
        withFailed(service, "sms", 503);

        Answer text = service.task("notification-resend", "service", "sms", "createdAfter", since);
        Answer json = plan(service, "service", "sms");
        Answer emails = plan(service, "service", "email");
        Answer named = plan(service, "errorCode", "sms_unknown");

        assertThat(text.body())
                .contains("unknown left out: 1\n", "next: errorCode=sms_unknown")
                .endsWith("OK 0\n");
        assertThat(json.json().path("unknownLeftOut").asInt()).isOne();
        assertThat(emails.json().has("unknownLeftOut")).isFalse();
        assertThat(named.json().has("unknownLeftOut")).isFalse();
        assertThat(plan(service, "errorCode", "sms_unavailable")
                        .json()
                        .path("unknownLeftOut")
                        .asInt())
                .isOne();
        assertThat(plan(service, "errorCode", "email_unavailable").json().has("unknownLeftOut"))
                .isFalse();
        assertThat(named.json().path("items")).hasSize(1);
    }

    @Test
    void planWithoutMessagesSaysWhichTimeItLookedAt(Service service) {
        String from = "2026-01-01T00:00:00Z";
        String to = "2026-01-02T00:00:00Z";

        assertThat(service.task("notification-resend", "createdAfter", from, "createdBefore", to)
                        .body())
                .contains("window: registrations accepted after " + from + " before " + to + "\n")
                .endsWith("OK 0\n");
        assertThat(service.task("notification-resend", "createdBefore", to, "format", "json")
                        .json()
                        .path("window")
                        .asText())
                .isEqualTo("registrations accepted before " + to);
        assertThat(service.task("notification-resend", "errorCode", "sms_nothing")
                        .body())
                .contains("window: registrations of any time\n");
    }

    @Test
    void failedMessagesAreResentOnceByABatch(Service service) {
        String first = withFailed(service, "sms", 400);
        String second = withFailed(service, "sms", 400);

        Answer plan = plan(service, "errorCode", "sms_rejected");
        Answer text = service.task("notification-resend", "createdAfter", since);
        int sentByDryRun = service.effects("sms:" + first + ":resend:1");
        Answer resent = resend(service, "errorCode", "sms_rejected");
        String id = resent.json().path("batchId").asText();
        JsonNode batch = ended(service, id);
        Answer again = resend(service, "errorCode", "sms_rejected");

        assertThat(plan.status()).as(plan.body()).isEqualTo(200);
        assertThat(plan.json().path("dryRun").asBoolean()).isTrue();
        assertThat(plan.json().path("leftOut").isInt()).isTrue();
        assertThat(plan.json().path("items").findValuesAsText("registrationId")).containsExactly(first, second);
        assertThat(plan.json().path("items").get(0).path("channels").get(0).asText())
                .isEqualTo("sms");
        assertThat(text.body())
                .contains("sms_rejected", "next: nothing is done yet;")
                .endsWith("OK 2\n");
        assertThat(sentByDryRun).isZero();
        assertThat(resent.json().path("next").asText()).contains("/tasks/compensation-batch?batch=" + id);
        assertThat(batch.path("state").asText()).isEqualTo("DONE");
        assertThat(batch.path("kind").asText()).isEqualTo("resend");
        assertThat(batch.path("verified").asInt()).isEqualTo(2);
        assertThat(batch.path("actor").asText()).isEqualTo("ann");
        assertThat(batch.path("items").findValuesAsText("registrationId")).containsExactly(first, second);
        assertThat(batch.path("items").findValuesAsText("result")).containsExactly("VERIFIED", "VERIFIED");
        assertThat(batch.has("next")).as("nothing is left to do").isFalse();
        assertThat(again.json().path("total").asInt())
                .as("nothing matches any more")
                .isZero();
        assertThat(again.json().has("batchId")).isFalse();
        for (String registration : new String[] {first, second}) {
            assertThat(service.effects("sms:" + registration + ":resend:1")).isOne();
            assertThat(service.effects("email:" + registration + ":resend:1"))
                    .as("it had arrived")
                    .isZero();
        }
        assertThat(service.audits("notification-resend", "batch:" + id)).isOne();
    }

    @Test
    void batchAskedForTwiceAtOnceSendsOnce(Service service) {
        String registration = withFailed(service, "email", 400);

        for (Answer answer :
                service.twiceAtOnce("notification-resend", all(new String[0], "service", "email", "dryRun", "false"))) {
            String id = answer.json().path("batchId").asText();
            if (!id.isEmpty()) {
                ended(service, id);
            }
        }

        assertThat(service.effects("email:" + registration + ":resend:1")).isOne();
        assertThat(service.effects("email:" + registration + ":resend:2")).isZero();
    }

    @Test
    void providerThatIsStillDownStopsTheBatchAndWhatFailedMatchesItsNewCode(Service service) {
        String first = withFailed(service, "sms", 400);
        String second = withFailed(service, "sms", 400);
        service.faults("[{\"service\": \"sms\", \"kind\": \"status\", \"status\": 429}]");
        String id;
        try {
            id = resend(service).json().path("batchId").asText();
            service.await(() -> batch(service, id).path("state").asText().equals("STOPPED"));
        } finally {
            service.faults("[]");
        }

        JsonNode stopped = batch(service, id);
        assertThat(stopped.path("items").findValuesAsText("result")).containsExactly("STILL_FAILING", "WAITING");
        assertThat(stopped.path("items").get(0).path("errorCode").asText()).isEqualTo("sms_unavailable");
        assertThat(plan(service, "errorCode", "sms_unavailable")
                        .json()
                        .path("items")
                        .findValuesAsText("registrationId"))
                .containsExactly(first);
        service.change("compensation-batch", "batch", id, "action", "resume");
        JsonNode resumed = ended(service, id);
        assertThat(resumed.path("items").findValuesAsText("result")).containsExactly("STILL_FAILING", "VERIFIED");
        assertThat(service.effects("sms:" + second + ":resend:1")).isOne();
        String last = resend(service).json().path("batchId").asText();
        assertThat(ended(service, last).path("verified").asInt()).isOne();
        assertThat(service.effects("sms:" + first + ":resend:1"))
                .as("the same number: it was never sent")
                .isOne();
    }

    @Test
    void messageOfUnknownOutcomeIsSelectedByItsCodeOnly(Service service) {
        String registration = withFailed(service, "sms", 400);
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE registrations SET errors = jsonb_set(errors, '{0,code}', '\"sms_unknown\"')"
                                + " WHERE id = CAST(? AS uuid)",
                        registration));

        assertThat(plan(service).json().path("items")).isEmpty();
        assertThat(plan(service, "errorCode", "sms_unknown")
                        .json()
                        .path("items")
                        .findValuesAsText("registrationId"))
                .containsExactly(registration);
    }

    @Test
    void filterIsForManyAndCorrectionsAreForOne(Service service) {
        String id = UUID.randomUUID().toString();

        assertThat(service.change("notification-resend", "id", id, "service", "sms")
                        .status())
                .isEqualTo(400);
        assertThat(service.change("notification-resend", "service", "sms", "locale", "de")
                        .status())
                .isEqualTo(400);
        assertThat(plan(service, "service", "profile").status()).isEqualTo(400);
        assertThat(plan(service, "errorCode", "SMS!").status()).isEqualTo(400);
        assertThat(plan(service, "limit", "0").status()).isEqualTo(400);
        assertThat(service.change("notification-resend", "service", "sms", "dryRun", "false", "rate", "0")
                        .status())
                .isEqualTo(400);
        assertThat(service.task("notification-resend", "service", "sms", "dryRun", "false")
                        .body())
                .startsWith("actor: missing.");
    }

    @Test
    void batchesAreListedNewestFirst(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);
        String id = registration.path("id").asText();
        String replay = service.change("compensation-replay", "registration", id, "dryRun", "false")
                .json()
                .path("batchId")
                .asText();
        withFailed(service, "sms", 400);
        String resend = resend(service).json().path("batchId").asText();
        ended(service, replay);
        ended(service, resend);

        Answer list = service.task("compensation-batch", "format", "json");
        Answer newest = service.task("compensation-batch", "limit", "1");

        JsonNode items = list.json().path("items");
        assertThat(items.findValuesAsText("batchId")).startsWith(resend, replay);
        assertThat(items.get(0).path("kind").asText()).isEqualTo("resend");
        assertThat(items.get(1).path("kind").asText()).isEqualTo("replay");
        for (String field : new String[] {
            "state",
            "note",
            "rate",
            "total",
            "verified",
            "stillFailing",
            "unknown",
            "alreadyClosed",
            "cancelled",
            "waiting",
            "createdAt",
            "finishedAt",
            "actor",
            "reason"
        }) {
            assertThat(items.get(0).has(field)).as(field).isTrue();
        }
        assertThat(items.get(0).path("total").asInt()).isOne();
        assertThat(items.get(0).path("verified").asInt()).isOne();
        assertThat(newest.body())
                .contains(resend, " left out: limit=1000\nOK 1\n")
                .doesNotContain(replay);
        assertThat(service.change("compensation-batch", "action", "pause").status())
                .isEqualTo(400);
    }
}
