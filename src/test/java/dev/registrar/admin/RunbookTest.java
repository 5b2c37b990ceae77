package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.admin.RunningRegistrar.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegistrar.class)
class RunbookTest {

    private static final Path RUNBOOK = Path.of("docs", "runbook.md");
    private static final Path ALERTS = Path.of("docs", "alerts.md");
    private static final Pattern DUE = Pattern.compile("UPDATE registrations SET attend_at[^;]+");
    private static final Pattern TASK = Pattern.compile("/tasks/([a-z-]+)");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

    private static Set<String> all(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void runbookListsEveryTaskAndCallsNoOther(Service service) throws IOException {
        String runbook = Files.readString(RUNBOOK);
        Set<String> tasks = new TreeSet<>(
                List.of(service.send(service.admin("/tasks")).body().strip().split("\\R")));

        assertThat(tasks).hasSize(14);
        assertThat(all(LISTED, runbook)).isEqualTo(tasks);
        assertThat(all(TASK, runbook)).isEqualTo(tasks);
    }

    /** A renamed task or parameter shows in the usage text. */
    @Test
    void everyTaskExplainsItselfWhenItIsCalledWrongly(Service service) throws IOException {
        for (String task : all(TASK, Files.readString(RUNBOOK))) {
            assertThat(service.task(task, "no-such-parameter", "1").body())
                    .contains("Usage: POST /tasks/" + task)
                    .endsWith("FAILED 1 of 1\n");
        }
    }

    /** The state in which only the statement of the alert's runbook helps. */
    @Test
    void commandLeftBehindByAnEndedRegistrationIsAppliedAfterTheStatementOfTheRunbook(Service service)
            throws IOException {
        Matcher statement = DUE.matcher(Files.readString(ALERTS));
        assertThat(statement.find()).isTrue();
        UUID id = UUID.fromString(service.register("pm_card_ok").path("id").asText());
        service.jdbi()
                .useTransaction(
                        handle -> handle.createUpdate("""
                                WITH behind AS (UPDATE registrations SET command_seq = command_seq + 1 WHERE id = :id
                                                RETURNING id, command_seq)
                                INSERT INTO commands (registration_id, seq, kind, created_at)
                                SELECT id, command_seq, 'cancel', now() FROM behind
                                """).bind("id", id).execute());

        int made = service.jdbi()
                .withHandle(handle -> handle.execute(statement.group().replace("REGISTRATION", id.toString())));

        assertThat(made).isOne();
        service.await(() -> service.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT applied_at IS NOT NULL FROM commands WHERE registration_id = :id")
                        .bind("id", id)
                        .mapTo(Boolean.class)
                        .one()));
    }
}
