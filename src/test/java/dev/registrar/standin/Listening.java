package dev.registrar.standin;

import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/** Waits for programs to listen. */
final class Listening {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Listening() {}

    /** Returns once the program accepts connections on all these ports of the loopback; fails if it ends before. */
    static void await(String name, Program program, int... ports) {
        for (int port : ports) {
            Poll.until(
                    name + " listens",
                    LIMIT,
                    () -> {
                        if (!program.isAlive()) {
                            return true;
                        }
                        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                            return socket.isConnected();
                        }
                    },
                    program::output);
        }
        if (!program.isAlive()) {
            throw new AssertionError(name + " ended in its start:\n" + program.output());
        }
    }
}
