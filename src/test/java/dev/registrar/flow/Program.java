package dev.registrar.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program as a child process: Registrar, from the jar of the system property {@code registrar.jar} or else
 * from the classes, or any other program. It never outlives the test JVM.
 */
public final class Program implements AutoCloseable {

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * @param directory the working directory
     * @param name of the output file in it; output is appended
     */
    public static Program start(Path directory, String name, Map<String, String> environment, List<String> arguments) {
        return start(directory, name, environment, java(program()), arguments);
    }

    /** Starts the Registrar of this jar, which may be of another version. */
    static Program startJar(
            Path jar, Path directory, String name, Map<String, String> environment, List<String> arguments) {
        return start(
                directory,
                name,
                environment,
                java(List.of("-jar", jar.toAbsolutePath().toString())),
                arguments);
    }

    private static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        return command;
    }

    /** Starts any other program: the command and its arguments. */
    public static Program start(
            Path directory,
            String name,
            Map<String, String> environment,
            List<String> command,
            List<String> arguments) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        Path output = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(whole)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        try {
            return of(builder, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a process that is described in full.
     *
     * @param output where its output goes
     * @throws IOException if there is no such program
     */
    public static Program of(ProcessBuilder builder, Path output) throws IOException {
        return new Program(Guardian.watch(builder.start()), output);
    }

    private static List<String> program() {
        String jar = System.getProperty("registrar.jar", "");
        if (!jar.isEmpty() && Files.exists(Path.of(jar))) {
            return List.of("-jar", Path.of(jar).toAbsolutePath().toString());
        }
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of("-cp", classPath, "dev.registrar.RegistrarApplication");
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its output so far: only to explain failures, never for assertions. */
    public String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no output: " + e.getMessage();
        }
    }

    /** {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Guardian.END_LIMIT);
    }

    /** Sends SIGTERM, waits for the end and returns the exit code. */
    public int terminate() {
        process.destroy();
        return awaitEnd(Guardian.END_LIMIT);
    }

    /** Waits until it ends by itself and returns the exit code. */
    public int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("process " + pid() + " does not end; its output:\n" + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (isAlive()) {
            try {
                terminate();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** Resident memory of a process in MiB; null if the system does not report it. */
    static @Nullable Long residentMiB(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findAny()
                    .orElse(null);
        } catch (IOException | UncheckedIOException e) {
            return null;
        }
    }
}
