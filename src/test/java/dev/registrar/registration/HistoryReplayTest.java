package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.registration.RegistrationWorkflow.RegistrationResult;
import dev.registrar.store.RegistrationStatus;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Histories of every release replay with the current workflow. */
class HistoryReplayTest {

    private final TestWorkflowEnvironment environment = WorkflowRig.environment(new LostTasks(), (id, origin) -> {});

    @AfterEach
    void closeEnvironment() {
        environment.close();
    }

    private Worker worker(Class<?> workflow) {
        Worker worker = WorkflowRig.worker(environment);
        worker.registerWorkflowImplementationTypes(workflow);
        return worker;
    }

    static List<String> histories() throws IOException, URISyntaxException {
        Path root = Path.of(Objects.requireNonNull(HistoryReplayTest.class.getResource("/histories"), "no histories")
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(file -> "histories/" + root.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void recordedHistoryReplays(String history) {
        assertThatCode(() -> WorkflowReplayer.replayWorkflowExecutionFromResource(
                        history, worker(RegistrationWorkflowImpl.class)))
                .doesNotThrowAnyException();
    }

    @Test
    void everyFlowIsRecorded() throws IOException, URISyntaxException {
        List<String> recorded = histories();

        for (HistoryFlow flow : HistoryFlow.values()) {
            assertThat(recorded).anyMatch(file -> file.endsWith("/" + flow.fileName()));
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void changedWorkflowIsCaught(String history) {
        assertThatThrownBy(() -> WorkflowReplayer.replayWorkflowExecutionFromResource(
                        history, worker(ChangedRegistrationWorkflowImpl.class)))
                .hasStackTraceContaining("NonDeterministicException");
    }

    /** An incompatible change of the workflow. */
    public static final class ChangedRegistrationWorkflowImpl implements RegistrationWorkflow {

        @Override
        public RegistrationResult register(RegistrationInput input) {
            Workflow.sleep(Duration.ofSeconds(1));
            return new RegistrationResult(RegistrationStatus.COMPLETED);
        }

        @Override
        public void ring() {}

        @Override
        public RegistrationProgress progress() {
            return new RegistrationProgress(RegistrationStatus.RUNNING, List.of(), List.of(), null);
        }
    }
}
