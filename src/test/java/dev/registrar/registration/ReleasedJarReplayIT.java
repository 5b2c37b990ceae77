package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.Program;
import dev.registrar.reconcile.ReconcileHistoryFlow;
import dev.registrar.reconcile.RepairRig;
import dev.registrar.upgrade.HistoryReplayer;
import dev.registrar.upgrade.ReleasedJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workflows of this version replay with the classes of the released jar while {@code features.since} is the release before: an
 * upgrade can be rolled back at any moment.
 */
@Tag("upgrade")
@Timeout(300)
class ReleasedJarReplayIT {

    @RegisterExtension
    static final ReleasedJar RELEASED = ReleasedJar.newest();

    @RegisterExtension
    static final RepairRig COMPARISONS = new RepairRig();

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void historiesOfThisVersionReplayWithTheReleasedClasses() throws IOException {
        Path histories = Files.createDirectory(directory.resolve("histories"));
        for (HistoryFlow flow : HistoryFlow.values()) {
            WorkflowRig rig = new WorkflowRig();
            rig.open();
            try {
                Files.writeString(histories.resolve(flow.fileName()), flow.record(rig));
            } finally {
                rig.close();
            }
        }
        for (ReconcileHistoryFlow flow : ReconcileHistoryFlow.values()) {
            Files.writeString(histories.resolve(flow.fileName()), flow.record(COMPARISONS));
        }
        int recorded = HistoryFlow.values().length + ReconcileHistoryFlow.values().length;

        try (Program replayer = replay(histories)) {
            assertThat(replayer.awaitEnd(LIMIT)).as(replayer.output()).isZero();
            assertThat(replayer.output())
                    .contains("REPLAYED " + recorded + " of " + recorded)
                    .contains(RELEASED.file().toString());
            System.out.println("MEASURED released jar " + RELEASED.release().number() + ": "
                    + replayer.output().strip());
        }
    }

    @Test
    void historyThatTheReleasedClassesDoNotHaveIsFound() throws IOException {
        Path histories = Files.createDirectory(directory.resolve("histories"));
        WorkflowRig rig = new WorkflowRig();
        rig.open();
        String good;
        try {
            good = HistoryFlow.COMPLETED_DURABLY.record(rig);
        } finally {
            rig.close();
        }
        Files.writeString(histories.resolve("good.json"), good);
        Files.writeString(
                histories.resolve("planted.json"), good.replace("\"ProcessPayment\"", "\"ProcessInstallment\""));

        try (Program replayer = replay(histories)) {
            assertThat(replayer.awaitEnd(LIMIT)).isEqualTo(1);
            assertThat(replayer.output()).contains("FAILED planted.json").contains("REPLAYED 1 of 2");
        }
    }

    private Program replay(Path histories) {
        return RELEASED.run(directory, "replay", HistoryReplayer.class, List.of(histories.toString()));
    }
}
