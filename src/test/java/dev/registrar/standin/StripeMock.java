package dev.registrar.standin;

import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import dev.registrar.flow.RequiredTool;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * stripe-mock, which checks requests against Stripe's own OpenAPI document, including the pinned version, and keeps no
 * state.
 */
public final class StripeMock implements AutoCloseable {

    private final int port;
    private final Program program;

    private StripeMock(int port, Program program) {
        this.port = port;
        this.program = program;
    }

    /**
     * Starts it and returns once it listens.
     *
     * @param directory for its output
     */
    public static StripeMock start(Path directory) {
        FreePorts ports = new FreePorts();
        int port = ports.next();
        Program program = Program.start(
                directory,
                "stripe-mock",
                Map.of(),
                List.of(RequiredTool.STRIPE_MOCK.file().toString()),
                List.of(
                        "-strict-version-check",
                        "-http-addr",
                        "127.0.0.1:" + port,
                        // Without this option it listens on all addresses.
                        "-https-addr",
                        "127.0.0.1:" + ports.next()));
        Listening.await("stripe-mock", program, port);
        return new StripeMock(port, program);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        program.close();
    }
}
