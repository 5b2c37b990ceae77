package dev.registrar.outbound;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/**
 * A provider on a free loopback port that responds, hangs, drips or resets as scripted. Requests are answered from the
 * script in order; after its end, with 500.
 */
public final class ProviderStub implements AutoCloseable {

    /** One request as received; header names in lower case. */
    public record Request(String method, String target, Map<String, String> headers, String body) {}

    /** What happens on the connection after a request; true keeps the connection open. */
    @FunctionalInterface
    public interface Behaviour {
        boolean act(Request request, Socket socket, CountDownLatch closed) throws IOException, InterruptedException;
    }

    /** Five seconds of dripping: a client without a deadline for the whole call fails its test instead of hanging. */
    private static final int DRIPS = 250;

    private final ServerSocket server;
    private final Thread accepting;
    private final String scheme;
    /** Bound, and never listens. */
    private final Socket refusing = new Socket();

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Queue<Behaviour> script = new ConcurrentLinkedQueue<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    public ProviderStub() throws IOException {
        this(ServerSocketFactory.getDefault(), "http");
    }

    ProviderStub(ServerSocketFactory factory, String scheme) throws IOException {
        this.scheme = scheme;
        server = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        accepting = daemon(this::accept);
    }

    public URI url() {
        return URI.create(scheme + "://localhost:" + server.getLocalPort() + "/base");
    }

    /** Appends to the script. */
    public void will(Behaviour... behaviours) {
        script.addAll(List.of(behaviours));
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public Request lastRequest() {
        return requests.get(requests.size() - 1);
    }

    public static Behaviour answer(int status, String body, String... headers) {
        return (request, socket, closed) -> {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Text of " + status + "\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            if (status != 204) {
                head.append("Content-Type: application/json\r\nContent-Length: ")
                        .append(bytes.length)
                        .append("\r\n");
            }
            write(socket, head + "\r\n" + body);
            return true;
        };
    }

    /** Sends exactly these bytes and closes. */
    public static Behaviour raw(String bytes) {
        return (request, socket, closed) -> {
            write(socket, bytes);
            return false;
        };
    }

    public static Behaviour hang() {
        return (request, socket, closed) -> {
            closed.await();
            return false;
        };
    }

    public static Behaviour hangInBody() {
        return (request, socket, closed) -> {
            write(socket, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"transactionId\"");
            closed.await();
            return false;
        };
    }

    /** One byte of the body at a time, far beyond any deadline here; never exceeds a deadline per read. */
    public static Behaviour drip() {
        return (request, socket, closed) -> {
            write(socket, "HTTP/1.1 201 Created\r\nContent-Length: 60000\r\n\r\n");
            for (int i = 0; i < DRIPS && !closed.await(20, TimeUnit.MILLISECONDS); i++) {
                write(socket, " ");
            }
            return false;
        };
    }

    /** The same for the headers: interim responses without a final one. */
    public static Behaviour dripInterim() {
        return (request, socket, closed) -> {
            for (int i = 0; i < DRIPS && !closed.await(20, TimeUnit.MILLISECONDS); i++) {
                write(socket, "HTTP/1.1 102 Processing\r\n\r\n");
            }
            return false;
        };
    }

    /** An endless body. */
    public static Behaviour huge(int status) {
        return (request, socket, closed) -> {
            write(socket, "HTTP/1.1 " + status + " OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "2000\r\n" + " ".repeat(0x2000) + "\r\n";
            while (!closed.await(0, TimeUnit.MILLISECONDS)) {
                write(socket, chunk);
            }
            return false;
        };
    }

    /** Endless headers. */
    public static Behaviour hugeHead() {
        return (request, socket, closed) -> {
            write(socket, "HTTP/1.1 201 Created\r\nX-Long: ");
            while (!closed.await(0, TimeUnit.MILLISECONDS)) {
                write(socket, "x".repeat(0x2000));
            }
            return false;
        };
    }

    public static Behaviour reset() {
        return (request, socket, closed) -> {
            socket.setSoLinger(true, 0);
            return false;
        };
    }

    public static Behaviour closeWithoutAnswer() {
        return (request, socket, closed) -> false;
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                var unused = daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean keep = true;
            while (keep) {
                Request request = read(in);
                if (request == null) {
                    return;
                }
                requests.add(request);
                Behaviour behaviour = script.poll();
                keep = (behaviour == null ? answer(500, "{}") : behaviour).act(request, socket, closed);
            }
        } catch (IOException e) {
            // The client may disconnect.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    @SuppressWarnings("NullAway") // Not @NullMarked: null is the end of the stream.
    private static Request read(InputStream in) throws IOException {
        String start = line(in);
        if (start == null || start.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        String[] parts = start.split(" ", 3);
        return new Request(parts[0], parts[1], headers, body);
    }

    @SuppressWarnings("NullAway")
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "provider-stub");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /**
     * Refuses connections from now on: the kernel accepts them until the thread that waits for one has noticed the end. Its port stays
     * taken, because another program's server there would answer.
     */
    public void refuse() throws IOException, InterruptedException {
        server.close();
        accepting.join();
        refusing.setReuseAddress(true);
        refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            refusing.close();
            for (Socket socket : new ArrayList<>(sockets)) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
