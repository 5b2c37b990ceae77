package dev.registrar.faults;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Passes the calls of each instance to the sandbox, byte by byte, and stops a chosen one at a chosen point. One port per
 * instance, so that a call shows which process makes it. Thread-safe.
 */
final class ProviderGate implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private final int upstream;
    private final List<ServerSocket> doors;
    private final Queue<Armed> armed = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "provider-gate");
        thread.setDaemon(true);
        return thread;
    });

    /** When a call is stopped. */
    enum Point {
        /** The instance has sent the request; it has not arrived. */
        BEFORE_SEND,
        /** The provider has answered; the answer has not arrived. */
        AFTER_EFFECT,
        /** The answer has been passed on. */
        AFTER_ANSWER
    }

    /**
     * @param door of the instance that makes the call, from 0
     * @param operation as in the sandbox's ledger, for example {@code payment.charge}
     * @param key its idempotency key; empty if it has none
     */
    record Call(int door, String operation, String path, String key) {

        /** The id of the registration, for an operation with a key. */
        String registrationId() {
            String[] parts = key.split(":", -1);
            return parts.length < 2 ? "" : parts[1];
        }
    }

    /** What happens to a stopped call. */
    interface Strike {

        /** Returns whether the call goes on afterwards; otherwise its connection is closed. */
        boolean strike(Call call) throws Exception;
    }

    private record Armed(Point point, Predicate<Call> which, Strike strike, Semaphore left) {}

    /** @param upstream the sandbox's port */
    ProviderGate(int upstream, int instances) {
        this.upstream = upstream;
        doors = IntStream.range(0, instances).mapToObj(i -> open()).toList();
        for (int i = 0; i < instances; i++) {
            int door = i;
            threads.execute(() -> accept(door));
        }
    }

    private static ServerSocket open() {
        try {
            return new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port(int door) {
        return doors.get(door).getLocalPort();
    }

    /** Stops the next calls that match, this many. */
    void arm(Point point, int times, Predicate<Call> which, Strike strike) {
        armed.add(new Armed(point, which, strike, new Semaphore(times)));
    }

    /** Stops no more calls; returns the strikes that failed. */
    List<String> disarm() {
        armed.clear();
        List<String> failed = List.copyOf(failures);
        failures.clear();
        return failed;
    }

    private void accept(int door) {
        while (!doors.get(door).isClosed()) {
            try {
                Socket client = doors.get(door).accept();
                threads.execute(() -> serve(door, client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(int door, Socket client) {
        Connection connection = new Connection(door, client);
        try {
            connection.serve();
        } catch (IOException | RuntimeException e) {
            connection.end(true);
        }
    }

    private boolean passes(Point point, Call call) {
        for (Iterator<Armed> each = armed.iterator(); each.hasNext(); ) {
            Armed next = each.next();
            if (next.point() == point && next.which().test(call) && next.left().tryAcquire()) {
                try {
                    return next.strike().strike(call);
                } catch (Exception | AssertionError e) {
                    failures.add(point + " of " + call + ": " + e);
                    return false;
                }
            }
        }
        return true;
    }

    /** One connection of an instance and its counterpart to the sandbox. */
    private final class Connection {

        private final int door;
        private final Socket client;
        private @Nullable Socket provider;
        private volatile @Nullable Call current;

        private Connection(int door, Socket client) {
            this.door = door;
            this.client = client;
        }

        private void serve() throws IOException {
            Socket opened = new Socket(InetAddress.getLoopbackAddress(), upstream);
            provider = opened;
            client.setTcpNoDelay(true);
            opened.setTcpNoDelay(true);
            threads.execute(() -> answers(opened));
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = opened.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            while (true) {
                byte[] head = head(in);
                if (head.length == 0) {
                    end(false);
                    return;
                }
                Call call = call(new String(head, StandardCharsets.ISO_8859_1));
                if (!passes(Point.BEFORE_SEND, call)) {
                    end(true);
                    return;
                }
                current = call;
                out.write(head);
                long left = length(new String(head, StandardCharsets.ISO_8859_1));
                while (left > 0) {
                    int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (read < 0) {
                        end(true);
                        return;
                    }
                    out.write(buffer, 0, read);
                    left -= read;
                }
            }
        }

        /** The first bytes of a response are the effect; the rest is passed on as it comes. */
        private void answers(Socket opened) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream in = opened.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    Call call = current;
                    current = null;
                    if (call != null && !passes(Point.AFTER_EFFECT, call)) {
                        end(true);
                        return;
                    }
                    out.write(buffer, 0, read);
                    if (call != null) {
                        threads.execute(() -> passes(Point.AFTER_ANSWER, call));
                    }
                }
                end(false);
            } catch (IOException | RuntimeException e) {
                end(true);
            }
        }

        /** @param reset as a process that dies does, instead of an orderly close */
        private void end(boolean reset) {
            for (Socket socket : provider == null ? List.of(client) : List.of(client, provider)) {
                try {
                    if (reset) {
                        socket.setSoLinger(true, 0);
                    }
                    socket.close();
                } catch (IOException e) {
                    // It is closed.
                }
            }
        }

        private static byte[] head(InputStream in) throws IOException {
            byte[] bytes = new byte[BUFFER];
            int size = 0;
            while (size < bytes.length) {
                int next = in.read();
                if (next < 0) {
                    return new byte[0];
                }
                bytes[size++] = (byte) next;
                if (next == '\n' && size > 3 && bytes[size - 2] == '\r' && bytes[size - 3] == '\n') {
                    return Arrays.copyOf(bytes, size);
                }
            }
            throw new IOException("a head of more than " + BUFFER + " bytes");
        }

        private Call call(String head) {
            String[] line = head.split(" ", 3);
            return new Call(door, operation(line[0], line[1]), line[1], header(head, "idempotency-key"));
        }

        private static long length(String head) {
            String length = header(head, "content-length");
            return length.isEmpty() ? 0 : Long.parseLong(length);
        }

        private static String header(String head, String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip().replace("\"", ""))
                    .findFirst()
                    .orElse("");
        }

        private static String operation(String method, String path) {
            String service = path.substring(1).split("[/?]", 2)[0];
            String action = switch (method) {
                case "DELETE" -> "delete";
                case "PATCH" -> "update";
                case "GET" -> service.equals("profile") ? "get" : "find";
                default ->
                    switch (service) {
                        case "profile" -> "create";
                        case "payment" ->
                            path.endsWith("/refunds") ? "refund" : path.endsWith("/void") ? "void" : "charge";
                        default -> "send";
                    };
            };
            return service + "." + action;
        }
    }

    @Override
    public void close() {
        for (ServerSocket door : doors) {
            try {
                door.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        threads.shutdownNow();
    }
}
