package dev.registrar.upgrade;

import dev.registrar.reconcile.ReconcileWorkflowImpl;
import dev.registrar.registration.RegistrationWorkflowImpl;
import dev.registrar.temporal.PayloadJson;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowHistoryLoader;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that replays all histories of a directory with the workflow classes on its class path, which may be those of a
 * released jar. Ends with 1 if one of them does not replay.
 */
public final class HistoryReplayer {

    private HistoryReplayer() {}

    /** @param arguments the directory */
    public static void main(String[] arguments) throws IOException {
        System.exit(replay(Path.of(arguments[0])) ? 0 : 1);
    }

    private static boolean replay(Path directory) throws IOException {
        int replayed = 0;
        int failed = 0;
        try (TestWorkflowEnvironment environment =
                        TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                                        .setDataConverter(PayloadJson.dataConverter(List.of()))
                                        .build())
                                .build());
                Stream<Path> files = Files.list(directory)) {
            Worker worker = environment.newWorker("replay");
            worker.registerWorkflowImplementationTypes(RegistrationWorkflowImpl.class, ReconcileWorkflowImpl.class);
            for (Path file : files.sorted().toList()) {
                try {
                    WorkflowReplayer.replayWorkflowExecution(WorkflowHistoryLoader.readHistory(file.toFile()), worker);
                    replayed++;
                } catch (Exception | Error e) {
                    failed++;
                    System.out.println("FAILED " + file.getFileName() + ": " + e);
                    e.printStackTrace(System.out);
                }
            }
        }
        System.out.println("REPLAYED " + replayed + " of " + (replayed + failed) + " with the classes of "
                + RegistrationWorkflowImpl.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation());
        return failed == 0;
    }
}
