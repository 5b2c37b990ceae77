package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first commands of the README, and {@code config.yml} as shipped. */
@Tag("integration")
final class DemoIT {

    private static final Path CONFIG = Path.of("config.yml").toAbsolutePath();
    private static final Path DEMO = Path.of("src", "main", "java", "dev", "registrar", "DemoCommand.java");

    @TempDir
    Path directory;

    @Test
    void shippedConfigurationIsValid() {
        try (Program check = run("check")) {
            assertThat(check.awaitEnd(Duration.ofSeconds(30)))
                    .as(check.output())
                    .isZero();
        }
    }

    @Test
    void demonstrationEndsByItselfWithASummaryWhenToldTo() {
        assumeTrue(Files.exists(DEMO), "the demo command is not there yet");
        try (Program demo = run("demo", "--exit")) {
            int exit = demo.awaitEnd(Duration.ofMinutes(2));

            System.out.println(demo.output());
            assertThat(exit).as(demo.output()).isZero();
            assertThat(demo.output()).contains("COMPLETED");
        }
    }

    private Program run(String command, String... options) {
        FreePorts ports = new FreePorts();
        Map<String, String> environment = Map.of(
                "REGISTRAR_PORT", Integer.toString(ports.next()),
                "REGISTRAR_ADMIN_PORT", Integer.toString(ports.next()),
                "SANDBOX_PORT", Integer.toString(ports.next()));
        List<String> arguments = new ArrayList<>(List.of(command, CONFIG.toString()));
        arguments.addAll(List.of(options));
        return Program.start(directory, command, environment, arguments);
    }
}
