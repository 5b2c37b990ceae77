package dev.registrar.flow;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Ports for a process that is restarted on the same ones: below the ephemeral range, so that no outgoing connection
 * takes them in between.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;

    private final Random random = new Random();

    public int next() {
        for (int i = 0; i < 1_000; i++) {
            int port = FIRST + random.nextInt(COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + (FIRST + COUNT));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
