package dev.registrar.notification.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A mail server on a free loopback port that follows the protocol except at one configurable point, where it sends
 * another reply, hangs, drips, closes or resets. Points are the verbs, {@code greeting}, {@code body} (after the first
 * line of the message) and {@code end} (the final dot).
 */
final class SmtpStub implements AutoCloseable {

    /** What the server does instead of its usual reply. */
    @FunctionalInterface
    interface Behaviour {
        void act(Socket socket, CountDownLatch closed) throws IOException, InterruptedException;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final @Nullable SSLContext tls;
    private final boolean implicit;
    private volatile List<String> extensions = List.of("PIPELINING", "8BITMIME");

    SmtpStub() throws IOException {
        this(null, false);
    }

    /** @param implicit whether it speaks TLS from the first byte instead of after {@code STARTTLS} */
    SmtpStub(@Nullable SSLContext tls, boolean implicit) throws IOException {
        this.tls = tls;
        this.implicit = implicit;
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void offers(String... names) {
        extensions = List.of(names);
    }

    void at(String point, Behaviour behaviour) {
        behaviours.put(point, behaviour);
    }

    /** All commands in order, without messages. */
    List<String> commands() {
        return List.copyOf(commands);
    }

    /** The messages whose final dot arrived. */
    List<String> accepted() {
        return List.copyOf(accepted);
    }

    static Behaviour answer(String line) {
        return (socket, closed) -> write(socket, line + "\r\n");
    }

    static Behaviour hangUp() {
        return (socket, closed) -> socket.close();
    }

    static Behaviour reset() {
        return (socket, closed) -> {
            socket.setSoLinger(true, 0);
            socket.close();
        };
    }

    static Behaviour hang() {
        return (socket, closed) -> closed.await();
    }

    /** An endless reply, one letter at a time: never exceeds a limit per read. */
    static Behaviour drip() {
        return (socket, closed) -> {
            write(socket, "250-");
            while (!closed.await(20, TimeUnit.MILLISECONDS)) {
                write(socket, "x");
            }
        };
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            Socket socket = implicit ? secured(plain) : plain;
            BufferedReader in = reader(socket);
            reply(socket, "greeting", "220 stub ESMTP");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
                String verb = line.split("[ :]", 2)[0].toLowerCase(Locale.ROOT);
                switch (verb) {
                    case "ehlo" -> reply(socket, verb, hello());
                    case "starttls" -> {
                        reply(socket, verb, "220 go on");
                        socket = secured(plain);
                        in = reader(socket);
                    }
                    case "auth" -> reply(socket, verb, "235 2.7.0 welcome");
                    case "data" -> {
                        if (reply(socket, verb, "354 go on")) {
                            message(socket, in);
                        }
                    }
                    case "quit" -> {
                        reply(socket, verb, "221 bye");
                        return;
                    }
                    default -> reply(socket, verb, "250 2.0.0 fine");
                }
            }
        } catch (IOException e) {
            // The client may disconnect.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(plain);
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket secured = (SSLSocket)
                Objects.requireNonNull(tls).getSocketFactory().createSocket(plain, null, plain.getPort(), true);
        secured.setUseClientMode(false);
        return secured;
    }

    private String hello() {
        StringBuilder hello = new StringBuilder("250-stub");
        extensions.forEach(extension -> hello.append("\r\n250-").append(extension));
        return hello.append("\r\n250 SIZE 1000000").toString();
    }

    private void message(Socket socket, BufferedReader in) throws IOException, InterruptedException {
        StringBuilder message = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Behaviour within = behaviours.get("body");
            if (within != null) {
                within.act(socket, closed);
                return;
            }
            if (line.equals(".")) {
                accepted.add(message.toString());
                reply(socket, "end", "250 2.0.0 queued");
                return;
            }
            message.append(line).append('\n');
        }
    }

    /** Sends a reply; returns whether it was the usual one. */
    private boolean reply(Socket socket, String point, String usual) throws IOException, InterruptedException {
        Behaviour behaviour = behaviours.get(point);
        if (behaviour == null) {
            write(socket, usual + "\r\n");
            return true;
        }
        behaviour.act(socket, closed);
        return false;
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "smtp-stub");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (Socket socket : List.copyOf(sockets)) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
