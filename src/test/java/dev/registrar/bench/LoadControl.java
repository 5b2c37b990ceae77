package dev.registrar.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/**
 * The interface of contestants that have none of their own: {@code GET /run/COUNT/CONCURRENCY/PREFIX} makes the load
 * inside the contestant's process and responds with all times when every registration has ended. The cost of the load
 * counts as the contestant's.
 */
final class LoadControl {

    private static final JsonMapper MAPPER = new JsonMapper();

    private LoadControl() {}

    /** The response: 200 with this body, or 500 with the reason. */
    record Report(List<Long> nanos, long wallNanos) {

        Latencies latencies() {
            return new Latencies(nanos.stream().mapToLong(Long::longValue).toArray(), wallNanos);
        }

        static Report read(String json) throws IOException {
            return MAPPER.readValue(json, Report.class);
        }
    }

    static String path(int count, int concurrency, String prefix) {
        return "/run/" + count + "/" + concurrency + "/" + prefix;
    }

    /**
     * Serves until standard input is closed, which happens when the parent process ends.
     *
     * @param requests makes the request that registers the user with this name
     */
    static void serve(int port, Function<String, Runnable> requests) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/run/", exchange -> answer(exchange, requests));
        server.start();
        while (System.in.read() >= 0) {
            // No input is ever sent.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void answer(HttpExchange exchange, Function<String, Runnable> requests) throws IOException {
        try (exchange) {
            String[] parts = exchange.getRequestURI().getPath().split("/", -1);
            int status = 200;
            byte[] body;
            try {
                Latencies latencies = ClosedLoop.run(
                        Integer.parseInt(parts[2]),
                        Integer.parseInt(parts[3]),
                        number -> requests.apply(parts[4] + number).run());
                body = MAPPER.writeValueAsBytes(
                        new Report(latencies.nanos(), Math.round(latencies.wallSeconds() * 1e9)));
            } catch (IllegalStateException e) {
                status = 500;
                body = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
