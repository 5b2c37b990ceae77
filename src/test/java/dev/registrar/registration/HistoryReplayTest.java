package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.registrar.reconcile.ReconcileHistoryFlow;
import dev.registrar.reconcile.ReconcileWorkflow;
import dev.registrar.reconcile.ReconcileWorkflowImpl;
import dev.registrar.registration.RegistrationWorkflow.RegistrationResult;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.upgrade.ReleaseRecord;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowHistoryLoader;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Histories of every release replay with the current workflow. */
class HistoryReplayTest {

    private final TestWorkflowEnvironment environment =
            WorkflowRig.environment(new LostTasks(), Tables.shared().guards());

    @AfterEach
    void closeEnvironment() {
        environment.close();
    }

    private Worker worker(Class<?>... workflows) {
        Worker worker = WorkflowRig.worker(environment);
        worker.registerWorkflowImplementationTypes(workflows);
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
                        history, worker(RegistrationWorkflowImpl.class, ReconcileWorkflowImpl.class)))
                .doesNotThrowAnyException();
    }

    @Test
    void everyFlowIsRecorded() throws IOException, URISyntaxException {
        List<String> recorded = histories();

        for (HistoryFlow flow : HistoryFlow.values()) {
            assertThat(recorded).anyMatch(file -> file.endsWith("/" + flow.fileName()));
        }
        for (ReconcileHistoryFlow flow : ReconcileHistoryFlow.values()) {
            assertThat(recorded).anyMatch(file -> file.endsWith("/" + flow.fileName()));
        }
    }

    @Test
    void everyWorkflowTypeIsRecorded() throws IOException, URISyntaxException {
        Set<String> recorded = new TreeSet<>();
        for (String history : histories()) {
            recorded.add(WorkflowHistoryLoader.readHistoryFromResource(history)
                    .getEvents()
                    .get(0)
                    .getWorkflowExecutionStartedEventAttributes()
                    .getWorkflowType()
                    .getName());
        }

        Set<String> types = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.registrar").stream()
                        .filter(type -> type.isAnnotatedWith(WorkflowInterface.class))
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toSet());
        assertThat(types).contains("RegistrationWorkflow");
        assertThat(recorded).isEqualTo(types);
    }

    @Test
    void everyReleaseIsReplayed() throws IOException, URISyntaxException {
        for (ReleaseRecord release : ReleaseRecord.all()) {
            assertThat(histories()).anyMatch(file -> file.startsWith("histories/" + release.number() + "/"));
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void changedWorkflowIsCaught(String history) {
        assertThatThrownBy(() -> WorkflowReplayer.replayWorkflowExecutionFromResource(
                        history, worker(ChangedRegistrationWorkflowImpl.class, ChangedReconcileWorkflowImpl.class)))
                .hasStackTraceContaining("NonDeterministicException");
    }

    /** An incompatible change of the workflow. */
    public static final class ChangedReconcileWorkflowImpl implements ReconcileWorkflow {

        @Override
        public void reconcile(ReconcileInput input) {
            Workflow.sleep(Duration.ofSeconds(1));
        }
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
