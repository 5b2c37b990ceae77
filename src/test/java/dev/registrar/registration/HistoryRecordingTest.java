package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

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
    final WorkflowRig rig = new WorkflowRig();

    @ParameterizedTest
    @EnumSource(HistoryFlow.class)
    void historyIsRecorded(HistoryFlow flow) throws IOException {
        Path folder = Path.of("src", "test", "resources", "histories", System.getProperty("record.histories"));
        Files.createDirectories(folder);

        String json = flow.record(rig);

        assertThat(json).contains("\"eventType\"");
        Files.writeString(folder.resolve(flow.fileName()), json + "\n");
    }
}
