package dev.registrar.sandbox;

import io.dropwizard.logging.common.BootstrapLogging;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox on a free port for each test, with an adjustable clock. */
abstract class SandboxTestCase {

    static {
        // Otherwise Jetty logs every step at DEBUG.
        BootstrapLogging.bootstrap();
    }

    @TempDir
    Path directory;

    final SetClock clock = new SetClock();
    SandboxServer server;
    SandboxClient client;

    @BeforeEach
    void startSandbox() throws Exception {
        server = new SandboxServer(configuration(directory), clock);
        server.start();
        client = new SandboxClient(server.port());
    }

    @AfterEach
    void stopSandbox() throws Exception {
        server.stop();
    }

    void restart() throws Exception {
        server.stop();
        startSandbox();
    }

    static SandboxConfiguration configuration(Path directory) {
        return new SandboxConfiguration(true, 0, null, directory, Duration.hours(24), null, null);
    }

    String charged(String userId) throws IOException {
        return client.charge(userId, "pm_card_ok", "charge:" + userId)
                .json()
                .path("transactionId")
                .asText();
    }

    /** The system clock plus an offset. */
    static final class SetClock extends Clock {

        private volatile java.time.Duration ahead = java.time.Duration.ZERO;

        void forward(java.time.Duration by) {
            ahead = ahead.plus(by);
        }

        @Override
        public Instant instant() {
            return Clock.systemUTC().instant().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
