package dev.registrar.standin;

import dev.registrar.flow.Poll;
import dev.registrar.flow.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/** Waits until programs listen. */
final class Listening {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Listening() {}

    /**
     * Returns once the program accepts connections on all these loopback ports.
     *
     * @throws AssertionError if it ended first, or did not listen within a minute and was ended
     */
    static void await(String name, Program program, int... ports) {
        await(name, program, LIMIT, ports);
    }

    /** The same with another limit than a minute. */
    static void await(String name, Program program, Duration limit, int... ports) {
        if (!awaitOrEnd(name, program, limit, ports)) {
            throw new AssertionError(name + " ended in its start:\n" + program.output());
        }
    }

    /** The same for a program that may end by itself; returns false if it did. */
    static boolean awaitOrEnd(String name, Program program, Duration limit, int... ports) {
        for (int port : ports) {
            try {
                Poll.until(name + " listens", limit, () -> !program.isAlive() || isOpen(port), program::output);
            } catch (AssertionError e) {
                program.close();
                throw e;
            }
        }
        return program.isAlive();
    }

    private static boolean isOpen(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }
}
