package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.RegistrarProcess.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a separate process: real service, real sandbox, real database. */
final class DemoCommandTest {

    private static final Path FAST = Path.of("src", "test", "resources", "config-test.yml");

    @TempDir
    Path directory;

    @Test
    void demoEndsWithZeroWhenAllEndedAsTheyShouldAndWithOneWhenNot() throws Exception {
        Ports ports = Ports.free();
        Files.copy(FAST, directory.resolve("config.yml"));
        try (RegistrarProcess demo = RegistrarProcess.start(directory, ports, "demo", "config.yml", "--exit")) {
            assertThat(demo.end()).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out())
                    .contains("charged once: 49.90 USD", "undo: delete_profile DONE", "All 5 ended as they should")
                    .contains("taken from these 5 users: 199.60 USD in 4 charges")
                    .doesNotContain("\u001b", "should be");
        }

        // The same data again, with a service that tries a charge only once: two of the five end differently.
        Files.writeString(
                directory.resolve("one-attempt.yml"),
                Files.readString(FAST).replaceFirst("(?s)(\n    payment:.*?)attempts: 5", "$1attempts: 1"));
        try (RegistrarProcess demo = RegistrarProcess.start(directory, ports, "demo", "one-attempt.yml", "--exit")) {
            assertThat(demo.end()).as(demo.out() + demo.err()).isEqualTo(1);
            assertThat(demo.out()).contains("ended FAILED (should be COMPLETED)", "did not end as they should");
        }
    }

    @Test
    void demoRefusesWithoutItsSandbox() throws Exception {
        String config = Files.readString(FAST);
        Files.writeString(directory.resolve("off.yml"), config.replace("${SANDBOX_ENABLED:-true}", "false"));
        Files.writeString(
                directory.resolve("real.yml"),
                config.replaceFirst("baseUrl: .*/payment", "baseUrl: https://gateway.example/payment"));

        assertThat(refusal("off.yml")).isEqualTo("The demo needs the sandbox: set `sandbox.enabled: true`.");
        assertThat(refusal("real.yml"))
                .startsWith(
                        "The demo charges cards and sends only to the sandbox: https://gateway.example/payment is not")
                .doesNotContain("\n");
    }

    @Test
    void demoExplainsItself() throws Exception {
        try (RegistrarProcess demo = RegistrarProcess.start(directory, Ports.free(), "demo", "--help")) {
            assertThat(demo.end()).isZero();
            assertThat(demo.out()).contains("--exit", "exit after the summary");
        }
    }

    private String refusal(String config) throws IOException, InterruptedException {
        try (RegistrarProcess demo = RegistrarProcess.start(directory, Ports.free(), "demo", config)) {
            assertThat(demo.end()).isEqualTo(1);
            assertThat(demo.out()).isEmpty();
            return demo.err().strip();
        }
    }
}
