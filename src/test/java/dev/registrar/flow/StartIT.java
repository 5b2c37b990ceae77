package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start and shutdown of the service as shipped, in an empty directory. */
@Tag("integration")
final class StartIT {

    /** The figures are only printed; the limit is a safety net because a busy machine is no error. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void serviceStartsInAnEmptyDirectoryAndAgainAndLeavesNoProcess() {
        try (RegistrarProcess service = new RegistrarProcess(directory)) {
            service.start();
            Duration first = service.startedIn();
            assertThat(service.database().serverRuns()).isTrue();
            int exit = service.terminate();

            // 128 + SIGTERM: ended by the signal, not by an error.
            assertThat(exit).isEqualTo(143);
            assertThat(service.database().serverRuns()).isFalse();
            service.start();
            Duration second = service.startedIn();

            System.out.printf(
                    "MEASURED start to ready: first %d ms (aim 15000), again %d ms (aim 8000)%n",
                    first.toMillis(), second.toMillis());
            System.out.printf(
                    "MEASURED idle resident memory: service %d MiB, PostgreSQL %d MiB in %d processes%n",
                    Program.residentMiB(service.pid()),
                    postgresMiB(service.database().pid()),
                    1
                            + ProcessHandle.of(service.database().pid())
                                    .orElseThrow()
                                    .children()
                                    .count());
            assertThat(first).isLessThan(LIMIT);
            assertThat(second).isLessThan(LIMIT);
        }
    }

    /** Sum over its processes: shared memory counts once per process. */
    private static long postgresMiB(long pid) {
        ProcessHandle main = ProcessHandle.of(pid).orElseThrow();
        long sum = resident(main.pid());
        for (ProcessHandle child : main.children().toList()) {
            sum += resident(child.pid());
        }
        return sum;
    }

    private static long resident(long pid) {
        Long mib = Program.residentMiB(pid);
        return mib == null ? 0 : mib;
    }
}
