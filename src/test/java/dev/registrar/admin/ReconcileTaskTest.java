package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The task {@code reconcile} against the running service, where registrations settle after 5 s. */
@ExtendWith(RunningRegistrar.class)
class ReconcileTaskTest {

    /** A registration whose row is FAILED although the providers hold everything; old enough to be compared. */
    private static String orphan(Service service) {
        String id = service.register("pm_card_ok").path("id").asText();
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE registrations SET status = 'FAILED', finished_at = now() - interval '1 minute' WHERE id = ?::uuid",
                        id));
        return id;
    }

    private static long kinds(Answer answer, String id) {
        long count = 0;
        for (JsonNode item : answer.json().path("items")) {
            count += item.path("registrationId").asText().equals(id) ? 1 : 0;
        }
        return count;
    }

    @Test
    void comparisonIsADryRunUnlessToldOtherwise(Service service) {
        Instant from = Instant.now();
        String id = orphan(service);

        Answer dry = service.task("reconcile", "from", from.toString(), "format", "json", "wait", "PT30S");
        Answer nameless = service.task("reconcile", "from", from.toString(), "dryRun", "false");
        Answer repair = service.change("reconcile", "from", from.toString(), "dryRun", "false", "wait", "PT30S");

        assertThat(dry.status()).isEqualTo(200);
        assertThat(dry.json().path("finished").asBoolean()).isTrue();
        assertThat(kinds(dry, id)).isEqualTo(3);
        assertThat(dry.json().path("items").get(0).path("compensation").isNull())
                .isTrue();
        assertThat(dry.json().path("leftOut").asText()).isEqualTo("what ended in the last 5 s");
        assertThat(dry.json().path("next").asText()).contains("dryRun=false");
        assertThat(repair.json().path("next").asText()).contains("compensation-replay");
        assertThat(nameless.status()).isEqualTo(400);
        assertThat(kinds(repair, id)).isEqualTo(3);
        service.await(() -> service.hasRow(id, "refund"));
        String window = "window:" + repair.json().path("from").asText() + "/"
                + repair.json().path("to").asText();
        assertThat(service.audits("reconcile", window)).isOne();
    }

    @Test
    void comparisonIsToldAgainByItsId(Service service) {
        Answer first = service.task("reconcile", "limit", "1", "format", "json");
        String id = first.json().path("id").asText();

        assertThat(service.task("reconcile", "id", id).status()).isEqualTo(200);
        assertThat(service.task("reconcile", "id", "0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa")
                        .status())
                .isEqualTo(404);
        assertThat(service.task("reconcile", "from", "yesterday").status()).isEqualTo(400);
        assertThat(service.task("reconcile", "limit", "0").status()).isEqualTo(400);
        assertThat(service.task("reconcile", "wait", "PT61S").status()).isEqualTo(400);
    }
}
