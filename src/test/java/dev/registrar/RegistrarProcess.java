package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.flow.Guardian;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The application as a separate process in its own directory, on ports that were free a moment ago. */
final class RegistrarProcess implements AutoCloseable {

    private final Process process;
    private final Path out;
    private final Path err;

    private RegistrarProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Ports of one service; they can be reused once it has ended. */
    record Ports(int application, int admin, int sandbox) {

        static Ports free() throws IOException {
            try (ServerSocket first = socket();
                    ServerSocket second = socket();
                    ServerSocket third = socket()) {
                return new Ports(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
            }
        }

        private static ServerSocket socket() throws IOException {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }
    }

    static RegistrarProcess start(Path directory, Ports ports, String... arguments) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RegistrarApplication.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("REGISTRAR_PORT", String.valueOf(ports.application()));
        builder.environment().put("REGISTRAR_ADMIN_PORT", String.valueOf(ports.admin()));
        builder.environment().put("SANDBOX_PORT", String.valueOf(ports.sandbox()));
        builder.environment().put("REGISTRAR_DATA", "data");
        return new RegistrarProcess(Guardian.watch(builder.start()), out, err);
    }

    /** Waits for the end and returns the exit status. */
    int end() throws InterruptedException {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends by itself").isTrue();
        return process.exitValue();
    }

    /** Whether something listens on the port within this time. */
    boolean hasBegunWithin(int seconds, int port) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (process.isAlive() && System.nanoTime() < end) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        return false;
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    /** Sends SIGTERM, so that its database stops too. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
