package dev.registrar.flow;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.registrar.flow.WebClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy between a client and the service: spoils responses to registrations as configured, in order, and forwards the
 * rest without {@code Prefer}, so that clients have to poll. Thread-safe.
 */
final class UnreliableProxy implements AutoCloseable {

    private record Spoiled(int status, boolean passedOn) {}

    /** @param nanos time of arrival */
    private record Arrival(String key, String credentials, long nanos) {}

    private final WebClient service;
    private final HttpServer server;
    private final Queue<Spoiled> spoiled = new ConcurrentLinkedQueue<>();
    private final List<Arrival> registrations = new CopyOnWriteArrayList<>();
    private final List<Arrival> reads = new CopyOnWriteArrayList<>();

    UnreliableProxy(WebClient service) throws IOException {
        this.service = service;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next registration reaches the service, and the client gets this status. */
    void loseAnswers(int status) {
        spoiled.add(new Spoiled(status, true));
    }

    /** The next registration does not reach the service, and the client gets this status. */
    void refuse(int status) {
        spoiled.add(new Spoiled(status, false));
    }

    /** The {@code Idempotency-Key} of each registration request. */
    List<String> keys() {
        return registrations.stream().map(Arrival::key).toList();
    }

    /** Milliseconds between successive registration requests. */
    List<Long> pauses() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i < registrations.size(); i++) {
            pauses.add((registrations.get(i).nanos() - registrations.get(i - 1).nanos()) / 1_000_000);
        }
        return pauses;
    }

    /** How many requests read a registration. */
    int reads() {
        return reads.size();
    }

    /** The value of {@code Authorization} of every request. */
    List<String> credentials() {
        List<Arrival> all = new ArrayList<>(registrations);
        all.addAll(reads);
        return all.stream().map(Arrival::credentials).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Headers headers = exchange.getRequestHeaders();
            String path = exchange.getRequestURI().toString();
            String key = headers.getFirst("Idempotency-Key");
            Arrival arrival = new Arrival(
                    key == null ? "" : key, String.valueOf(headers.getFirst("Authorization")), System.nanoTime());
            if (!exchange.getRequestMethod().equals("POST")) {
                reads.add(arrival);
                answer(exchange, service.get(path));
                return;
            }
            registrations.add(arrival);
            Spoiled next = spoiled.poll();
            if (next == null || next.passedOn()) {
                Answer passedOn = service.call(
                        "POST",
                        path,
                        body,
                        "Content-Type",
                        String.valueOf(headers.getFirst("Content-Type")),
                        "Idempotency-Key",
                        arrival.key());
                if (next == null) {
                    answer(exchange, passedOn);
                    return;
                }
            }
            exchange.getResponseHeaders().add("Retry-After", "1");
            send(exchange, next.status(), "{}");
        }
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", answer.header("Content-Type"));
        send(exchange, answer.status(), answer.response().body());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
