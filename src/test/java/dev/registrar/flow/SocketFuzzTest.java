package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Shows that the fuzz test can fail. */
final class SocketFuzzTest {

    @Test
    void serverThatFailsAtOneOfTenRequestsIsFound() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread failing = new Thread(() -> answer(server));
            failing.setDaemon(true);
            failing.start();

            SocketFuzz fuzz = new SocketFuzz(server.getLocalPort(), 1).run(Duration.ofSeconds(1), 2);

            assertThat(fuzz.faults()).containsExactly(500);
            assertThat(fuzz.answers()).containsKey(200);
        }
    }

    private static void answer(ServerSocket server) {
        for (int number = 0; ; number++) {
            try (Socket socket = server.accept()) {
                String status = number % 10 == 0 ? "500 Planted" : "200 OK";
                byte[] request = new byte[256];
                if (socket.getInputStream().read(request) >= 0) {
                    socket.getOutputStream()
                            .write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }
}
