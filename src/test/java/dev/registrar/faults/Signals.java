package dev.registrar.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Signals to processes that the harness has started, by their id. */
final class Signals {

    private Signals() {}

    /** Stops a process and its children, parent first, so that it starts no more. */
    static void stop(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        send("STOP", pid);
        process.descendants().forEach(child -> send("STOP", child.pid()));
    }

    /** Lets a stopped process and its children go on; nothing happens if it has ended. */
    static void resume(long pid) {
        ProcessHandle.of(pid).ifPresent(process -> {
            process.descendants().forEach(child -> send("CONT", child.pid()));
            send("CONT", pid);
        });
    }

    /** {@code kill -9}, of this process only. */
    static void kill(long pid) {
        send("KILL", pid);
    }

    private static void send(String signal, long pid) {
        run("kill", "-" + signal, Long.toString(pid));
    }

    /** Runs a command of the system and returns its exit code. */
    static int run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " does not end");
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
