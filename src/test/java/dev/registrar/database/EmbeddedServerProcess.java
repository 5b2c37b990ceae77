package dev.registrar.database;

import dev.registrar.flow.Guardian;
import io.dropwizard.core.setup.Environment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/** Another JVM that opens the embedded database, to be killed or to fail during its start. */
final class EmbeddedServerProcess implements AutoCloseable {

    static final Path BINARIES = Path.of("target", "postgres-bin");

    private final Process process;
    private final BufferedReader reader;

    private EmbeddedServerProcess(Process process) {
        this.process = process;
        this.reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Opens the database in the directory, writes a row and then waits ("hold") or throws ("fail"). */
    public static void main(String[] args) throws Exception {
        try {
            Database database = factory(Path.of(args[0]), 0).open(new Environment("child"));
            write(database.jdbi(), "u-child");
            System.out.println("READY");
            if (args[1].equals("fail")) {
                throw new IllegalStateException("run fails");
            }
            Thread.currentThread().join();
        } catch (RuntimeException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    static EmbeddedDatabaseFactory factory(Path directory, int port) {
        return new EmbeddedDatabaseFactory(directory, BINARIES, port, null, null, null);
    }

    static void write(Jdbi jdbi, String userId) {
        jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO accounts VALUES (?, gen_random_uuid(), 1, '\\x01', NULL, now(), now())", userId));
    }

    static EmbeddedServerProcess start(Path directory, String mode) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedServerProcess.class.getName(),
                directory.toString(),
                mode));
        return new EmbeddedServerProcess(Guardian.watch(
                new ProcessBuilder(command).redirectErrorStream(true).start()));
    }

    /** Reads the output until a line contains the text; false if the process ended first. */
    boolean says(String text) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.contains(text)) {
                return true;
            }
        }
        return false;
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the child does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
