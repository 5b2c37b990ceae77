package dev.registrar.flow;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Ends processes started by tests when the test JVM ends, even if it is killed and runs no shutdown hook. A shell per
 * process waits for the end of its input, a pipe that only this JVM holds open. The process gets SIGTERM, so that the
 * service stops its PostgreSQL, and is killed if it does not end in time.
 */
public final class Guardian {

    /** The longest orderly shutdown: connections and workers drain for 10 s each, and PostgreSQL gets 10 s. */
    static final Duration END_LIMIT = Duration.ofSeconds(45);

    private static final Path SHELL = Path.of("/bin/sh");

    /**
     * $0 is the process id, $1 the seconds allowed for an orderly shutdown. Signals to the whole process group are
     * ignored.
     */
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            read _
            kill $0 || exit
            for i in $(seq $1); do kill -0 $0 || exit; sleep 1; done
            kill -9 $0
            """;

    private Guardian() {}

    /** Watches the process until it ends and returns it; without a shell, only by a shutdown hook. */
    public static Process watch(Process process) {
        watch(process.toHandle());
        return process;
    }

    /** The same for a process started by another process. */
    public static void watch(ProcessHandle process) {
        if (!Files.isExecutable(SHELL)) {
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return;
        }
        Process shell;
        try {
            shell = new ProcessBuilder(
                            SHELL.toString(),
                            "-c",
                            SCRIPT,
                            Long.toString(process.pid()),
                            Long.toString(END_LIMIT.toSeconds()))
                    .directory(new File("/"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var unused = process.onExit().thenRun(shell::destroyForcibly);
    }
}
