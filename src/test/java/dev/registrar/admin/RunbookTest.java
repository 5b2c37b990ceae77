package dev.registrar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.admin.RunningRegistrar.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegistrar.class)
class RunbookTest {

    private static final Path RUNBOOK = Path.of("docs", "runbook.md");
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
}
