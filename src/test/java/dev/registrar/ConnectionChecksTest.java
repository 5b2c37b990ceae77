package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --connect}: everything outside the service that the configuration names must exist. */
final class ConnectionChecksTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private Optional<Throwable> check(String config, String... options) throws Exception {
        Path file = Files.writeString(directory.resolve("config.yml"), config);
        String[] arguments = new String[options.length + 2];
        arguments[0] = "check";
        arguments[1] = file.toString();
        System.arraycopy(options, 0, arguments, 2, options.length);
        return new RegistrarApplication().run(new PrintStream(printed, true, StandardCharsets.UTF_8), arguments);
    }

    @Test
    void everythingThatIsNotThereIsNamedAndOnlyOnRequest() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        String outside = Files.readString(Path.of("config.yml"))
                .replace(
                        "  type: embedded\n  dataDirectory: data/postgres",
                        "  type: postgresql\n  user: u\n  url: jdbc:postgresql://127.0.0.1:" + nobody + "/registrar")
                .replace("temporal:\n  type: embedded", "temporal:\n  type: cluster\n  target: 127.0.0.1:" + nobody)
                .replaceFirst("http://127.0.0.1:[^/]*/payment", "https://gateway.invalid/v1")
                .concat("\nencryption: {type: none}\n");

        assertThat(check(outside)).isEmpty();
        assertThat(check(outside, "--connect")).isPresent();

        assertThat(printed.toString(StandardCharsets.UTF_8)
                        .replace(directory + "/", "")
                        .lines())
                .satisfiesExactly(
                        database -> assertThat(database)
                                .startsWith("PostgreSQL at jdbc:postgresql://127.0.0.1:" + nobody
                                        + "/registrar cannot be used: "),
                        temporal -> assertThat(temporal)
                                .isEqualTo("Temporal at 127.0.0.1:" + nobody + " cannot be reached."),
                        payment -> assertThat(payment)
                                .matches("config\\.yml, line \\d+: services\\.payment: the host name gateway\\.invalid"
                                        + " cannot be resolved"));
    }

    @Test
    void embeddedPartsAreThere() throws Exception {
        assertThat(check(Files.readString(Path.of("config.yml")), "--connect"))
                .as(() -> printed.toString(StandardCharsets.UTF_8))
                .isEmpty();
    }
}
