package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Service;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The undo work of the console's registration page. */
@ExtendWith(RunningRegistrar.class)
class ConsoleUndoTest {

    private static final String FAILURES = """
            [{"attempt": 1, "at": "2026-02-01T12:00:02Z", "outcome": "not_sent", "code": "breaker_open"},
             {"attempt": 1, "at": "2026-02-01T12:01:00Z", "outcome": "unknown", "httpStatus": 503,
              "code": "overloaded", "requestId": "req_1"}]""";

    @Test
    void rowShowsWhatItsFailedAttemptsMet(Service service) {
        JsonNode registration = service.register("pm_card_ok");
        service.leaveUndoOpen(registration);
        String id = registration.path("id").asText();
        service.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET failures = CAST(? AS jsonb)"
                                + " WHERE action = 'refund' AND registration_id = CAST(? AS uuid)",
                        FAILURES,
                        id));

        JsonNode rows = service.send(
                        service.admin("/console/api/registrations/" + id).GET())
                .json()
                .path("compensations");

        JsonNode failures = rows.get(0).path("failures");
        assertThat(rows.get(0).path("action").asText()).isEqualTo("refund");
        assertThat(failures.findValuesAsText("outcome")).isEqualTo(List.of("not_sent", "unknown"));
        assertThat(failures.get(1).path("attempt").asInt()).isOne();
        assertThat(failures.get(1).path("httpStatus").asInt()).isEqualTo(503);
        assertThat(failures.get(1).path("code").asText()).isEqualTo("overloaded");
        assertThat(failures.get(1).path("requestId").asText()).isEqualTo("req_1");
        assertThat(rows.get(1).path("failures").isArray()).isTrue();
        assertThat(rows.get(1).path("failures")).isEmpty();
    }
}
