package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.reconcile.ReconcileHistoryFlow;
import dev.registrar.reconcile.RepairRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records the histories of a release, only if enabled with the release as the value:
 *
 * <pre>mvn test -Dtest=HistoryRecordingTest -Drecord.histories=0.2.0</pre>
 *
 * Histories of a published release are never recorded again: {@link HistoryReplayTest} keeps replaying them.
 */
@EnabledIfSystemProperty(named = "record.histories", matches = "\\d+\\.\\d+\\.\\d+")
class HistoryRecordingTest {

    @RegisterExtension
    static final RepairRig COMPARISONS = new RepairRig();

    @RegisterExtension
    final WorkflowRig rig = new WorkflowRig();

    @ParameterizedTest
    @EnumSource(HistoryFlow.class)
    void historyOfARegistrationIsRecorded(HistoryFlow flow) throws IOException {
        write(flow.fileName(), flow.record(rig));
    }

    @ParameterizedTest
    @EnumSource(ReconcileHistoryFlow.class)
    void historyOfAComparisonIsRecorded(ReconcileHistoryFlow flow) throws IOException {
        write(flow.fileName(), flow.record(COMPARISONS));
    }

    private static void write(String name, String json) throws IOException {
        assertThat(json).contains("\"eventType\"");
        Path folder = Path.of("src", "test", "resources", "histories", System.getProperty("record.histories"));
        Files.writeString(Files.createDirectories(folder).resolve(name), json + "\n");
    }
}
