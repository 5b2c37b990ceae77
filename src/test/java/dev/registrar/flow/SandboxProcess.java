package dev.registrar.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The sandbox as a process of its own. It can be killed and started again on the same port with the same state. */
public final class SandboxProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path directory;
    private final Map<String, String> environment;
    private final WebClient web;
    private @Nullable Program program;

    /** @param directory for its configuration, its output and its state */
    public SandboxProcess(Path directory) {
        this(directory, Map.of("REGISTRAR_DATA", directory.toString()), new FreePorts().next());
        try {
            Files.writeString(directory.resolve("config.yml"), new FastConfiguration().text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param directory has a {@code config.yml} */
    SandboxProcess(Path directory, Map<String, String> environment, int port) {
        this.directory = directory;
        this.environment = new HashMap<>(environment);
        this.environment.put("SANDBOX_PORT", Integer.toString(port));
        web = new WebClient(port);
    }

    /** Starts or restarts it and returns once it responds. */
    public SandboxProcess start() {
        web.forgetConnections();
        Program started = Program.start(directory, "sandbox", environment, List.of("sandbox", "config.yml"));
        program = started;
        Poll.until(
                "the sandbox answers",
                LIMIT,
                () -> !started.isAlive() || web.get("/sandbox/faults").status() == 200,
                started::output);
        return this;
    }

    public int port() {
        return web.port();
    }

    public SandboxProbe probe() {
        return new SandboxProbe(web);
    }

    public long pid() {
        return Objects.requireNonNull(program, "not started").pid();
    }

    /** {@code kill -9}. */
    public void kill() {
        Objects.requireNonNull(program, "not started").kill();
    }

    @Override
    public void close() {
        if (program != null) {
            program.close();
        }
    }
}
