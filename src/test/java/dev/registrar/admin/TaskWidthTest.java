package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.admin.RunningRegistrar.Answer;
import dev.registrar.admin.RunningRegistrar.Service;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Text is for terminals of 120 columns. */
@ExtendWith(RunningRegistrar.class)
class TaskWidthTest {

    private final Set<String> called = new TreeSet<>();

    private Answer fits(Service service, String task, String... namesAndValues) {
        Answer answer = service.task(task, namesAndValues);
        assertThat(answer.body().lines())
                .as(task + " " + List.of(namesAndValues) + "\n" + answer.body())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
        if (answer.status() == 200) {
            called.add(task);
        }
        return answer;
    }

    private Answer changes(Service service, String task, String name, String value) {
        return fits(service, task, name, value, "actor", "a".repeat(200), "reason", "because of this ".repeat(12));
    }

    @Test
    void noTaskPrintsMoreThan120Columns(Service service) {
        for (String task :
                service.send(service.admin("/tasks")).body().strip().lines().toList()) {
            assertThat(fits(service, task, "colour", "blue " + "x".repeat(200)).body())
                    .contains("Usage: POST /tasks/" + task);
        }
        called.clear();
        JsonNode registration = service.register("pm_card_ok");
        String id = registration.path("id").asText();
        changes(service, "registration-inquire", "id", id);
        changes(service, "notification-resend", "id", id);
        service.leaveUndoOpen(registration);
        String row = service.row(id, "refund");
        fits(service, "compensations", "registration", id);
        fits(service, "compensations", "limit", "1");
        fits(service, "compensation-replay", "status", "OPEN");
        changes(service, "compensation-replay", "id", row);
        fits(service, "compensation-batch");
        service.awaitStatus(id, "FAILED");
        fits(service, "compensations", "registration", id);
        fits(service, "notification-resend", "service", "sms");
        changes(service, "refund-again", "id", row);
        String batch = service.task("compensation-batch", "limit", "1", "format", "json")
                .json()
                .path("items")
                .get(0)
                .path("batchId")
                .asText();
        fits(service, "compensation-batch", "batch", batch);
        changes(service, "registration-retry", "id", id);
        changes(service, "registration-cancel", "id", id);
        changes(
                service,
                "erase",
                "id",
                service.register("pm_card_declined").path("id").asText());
        fits(service, "circuit-breakers");
        fits(service, "worker");
        fits(service, "reconcile", "dryRun", "true", "wait", "1 s");
        fits(service, "audit");
        fits(service, "audit", "limit", "1");

        assertThat(called)
                .contains(
                        "audit",
                        "circuit-breakers",
                        "compensation-batch",
                        "compensation-replay",
                        "compensations",
                        "erase",
                        "notification-resend",
                        "reconcile",
                        "registration-inquire",
                        "registration-retry",
                        "worker");
    }
}
