package dev.registrar.flow;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Ends processes that tests have started when the JVM of the tests ends, however it ends: killed, it runs no shutdown hook.
 * For each there is a shell that waits for the end of its input, a pipe which only that JVM holds open. The process gets
 * SIGTERM, so that the service stops its PostgreSQL, and is killed if it does not end in time.
 */
public final class Guardian {

    /** The longest regular end: connections and workers drain for 10 s each, PostgreSQL gets 10 s. */
    static final Duration END_LIMIT = Duration.ofSeconds(45);

    private static final Path SHELL = Path.of("/bin/sh");

    /** The process is $0, the seconds of its regular end are $1. Signals to the whole process group are for the others in it. */
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            read _
            kill $0 || exit
            for i in $(seq $1); do kill -0 $0 || exit; sleep 1; done
            kill -9 $0
            """;

    private Guardian() {}

    /** Watches over the process until it ends; without a shell only as far as a shutdown hook can. Returns the process. */
    public static Process watch(Process process) {
        watch(process.toHandle());
        return process;
    }

    /** The same for a process that another one has started. */
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
