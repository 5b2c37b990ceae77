package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegistrar.class)
class AuditTaskTest {

    private static void entry(Service service, String actor, String action, String subject, String at) {
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO audit (at, actor, reason, action, subject, detail)"
                                + " VALUES (CAST(? AS timestamptz), ?, 'INC-1', ?, ?, '{\"n\": 1}')",
                        at,
                        actor,
                        action,
                        subject));
    }

    private static JsonNode items(Service service, String... filter) {
        String[] all = new String[filter.length + 2];
        System.arraycopy(filter, 0, all, 0, filter.length);
        all[filter.length] = "format";
        all[filter.length + 1] = "json";
        Answer answer = service.task("audit", all);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("items");
    }

    @Test
    void entriesAreShownNewestFirstAndFiltered(Service service) {
        String actor = "Auditor-" + UUID.randomUUID();
        String id = UUID.randomUUID().toString();
        entry(service, actor, "registration-cancel", "registration:" + id, "2026-01-01T00:00:00Z");
        entry(service, actor + " (key night)", "erase", "user:u-1", "2026-01-02T00:00:00Z");
        entry(service, actor, "worker", "worker:1@host", "2026-01-03T00:00:00Z");

        JsonNode all = items(service, "actor", actor);

        assertThat(all.findValuesAsText("action")).containsExactly("worker", "erase", "registration-cancel");
        JsonNode oldest = all.get(2);
        assertThat(oldest.path("id").isIntegralNumber()).isTrue();
        assertThat(Instant.parse(oldest.path("at").asText())).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(oldest.path("actor").asText()).isEqualTo(actor);
        assertThat(oldest.path("reason").asText()).isEqualTo("INC-1");
        assertThat(oldest.path("subject").asText()).isEqualTo("registration:" + id);
        assertThat(oldest.path("detail").path("n").asInt()).isOne();
        assertThat(items(service, "actor", actor.toLowerCase(java.util.Locale.ROOT)))
                .as("the case does not matter")
                .hasSize(3);
        assertThat(items(service, "actor", actor, "action", "erase").findValuesAsText("actor"))
                .containsExactly(actor + " (key night)");
        assertThat(items(service, "subject", id)).hasSize(1);
        assertThat(items(service, "subject", "registration:" + id)).hasSize(1);
        assertThat(items(service, "subject", "user:" + id)).isEmpty();
        assertThat(items(service, "actor", actor, "after", "2026-01-01T00:00:00Z", "before", "2026-01-03T00:00:00Z")
                        .findValuesAsText("action"))
                .containsExactly("erase");
    }

    @Test
    void everyNumberOfADetailHasItsName(Service service) {
        String actor = "named-" + UUID.randomUUID();
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO audit (at, actor, reason, action, subject, detail) VALUES (now(), ?, 'INC-1',"
                                + " 'compensation-replay', 'batch:1', '{\"items\": 25, \"rate\": 20}')",
                        actor));

        assertThat(service.task("audit", "actor", actor).body()).contains("items: 25, rate: 20");
    }

    @Test
    void listThatWasCutSaysWhatIsMissing(Service service) {
        String actor = "cut-" + UUID.randomUUID();
        for (int i = 0; i < 3; i++) {
            entry(service, actor, "worker", "worker:x", "2026-01-01T00:00:00Z");
        }

        Answer text = service.task("audit", "actor", actor, "limit", "2");
        Answer json = service.task("audit", "actor", actor, "limit", "2", "format", "json");
        Answer whole = service.task("audit", "actor", actor, "limit", "3", "format", "json");

        assertThat(text.body()).endsWith("2 of 3, 1 left out: limit=1000\nOK 2\n");
        assertThat(json.json().path("leftOut").asInt()).isOne();
        assertThat(json.json().path("total").asInt()).isEqualTo(2);
        assertThat(whole.json().path("leftOut").isInt()).isTrue();
        assertThat(whole.json().path("leftOut").asInt()).isZero();
    }

    @Test
    void valuesOfAnotherFormAreRefused(Service service) {
        assertThat(service.task("audit", "limit", "10001").status()).isEqualTo(400);
        assertThat(service.task("audit", "after", "yesterday").status()).isEqualTo(400);
        assertThat(service.task("audit", "actor", "a\u0000b").status()).isEqualTo(400);
    }
}
