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

    /**
     * Starts or restarts it unless it runs, and returns once it responds. While it was down, somebody's outgoing connection may have been
     * given its port: it ends then, and is started again.
     */
    public SandboxProcess start() {
        web.forgetConnections();
        if (program == null) {
            program = launched();
        }
        Poll.until("the sandbox answers", LIMIT, this::answers, this::output);
        return this;
    }

    private Program launched() {
        return Program.start(directory, "sandbox", environment, List.of("sandbox", "config.yml"));
    }

    private boolean answers() {
        if (!running().isAlive()) {
            running().close();
            program = launched();
        }
        return web.get("/sandbox/faults").status() == 200;
    }

    private Program running() {
        return Objects.requireNonNull(program, "not started");
    }

    private String output() {
        return running().output();
    }

    public int port() {
        return web.port();
    }

    public SandboxProbe probe() {
        return new SandboxProbe(web);
    }

    public long pid() {
        return running().pid();
    }

    /** {@code kill -9}. */
    public void kill() {
        running().kill();
    }

    @Override
    public void close() {
        if (program != null) {
            program.close();
        }
    }
}
