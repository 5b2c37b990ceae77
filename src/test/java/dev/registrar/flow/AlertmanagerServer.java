package dev.registrar.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** A real Alertmanager, in whose configuration a minute lasts as long as wanted, and the webhook that it notifies. */
final class AlertmanagerServer implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Pattern INTERVAL =
            Pattern.compile("(group_wait|group_interval|repeat_interval): (\\d+)(s|m|h)");
    private static final JsonMapper JSON = new JsonMapper();

    private final List<Notification> received = new CopyOnWriteArrayList<>();
    private final WebClient web = new WebClient(new FreePorts().next());
    private final HttpServer webhook;
    private final Program program;

    /**
     * One call of the webhook.
     *
     * @param receiver {@code page} or {@code ticket}
     * @param alerts the names of those that fire, or, where all are resolved, of these
     */
    record Notification(String receiver, boolean firing, List<String> alerts) {}

    /** Starts it; returns once it is ready. The webhook of the configuration is at port 9095. */
    AlertmanagerServer(Path directory, String name, String configuration, Duration minute) throws IOException {
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/", this::receive);
        webhook.start();
        Path file = directory.resolve(name + ".yml");
        Files.writeString(
                file,
                faster(configuration, minute)
                        .replace(
                                "127.0.0.1:9095",
                                "127.0.0.1:" + webhook.getAddress().getPort()));
        program = Program.start(
                directory,
                name,
                Map.of(),
                List.of(RequiredTool.ALERTMANAGER.file().toString()),
                List.of(
                        "--config.file=" + file,
                        "--storage.path=" + directory.resolve(name),
                        "--cluster.listen-address=",
                        "--web.listen-address=127.0.0.1:" + web.port()));
        Poll.until(
                "Alertmanager is ready",
                READY_LIMIT,
                () -> !program.isAlive() || web.get("/-/ready").status() == 200,
                program::output);
        if (!program.isAlive()) {
            throw new AssertionError("Alertmanager ended in its start:\n" + program.output());
        }
    }

    private static String faster(String configuration, Duration minute) {
        return INTERVAL.matcher(configuration).replaceAll(found -> {
            long seconds = Long.parseLong(found.group(2))
                    * switch (found.group(3)) {
                        case "s" -> 1;
                        case "m" -> 60;
                        default -> 3_600;
                    };
            return found.group(1) + ": " + seconds * minute.toMillis() / 60 + "ms";
        });
    }

    private void receive(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        boolean firing = body.path("status").asText().equals("firing");
        List<String> names = new ArrayList<>();
        for (JsonNode alert : body.path("alerts")) {
            if (alert.path("status").asText().equals("firing") == firing) {
                names.add(alert.path("labels").path("alertname").asText());
            }
        }
        received.add(new Notification(exchange.getRequestURI().getPath().substring(1), firing, names));
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    /** What Prometheus sends after an evaluation: the labels of each alert, and whether it fires or has just ceased to. */
    void post(Map<Map<String, String>, Boolean> alerts) {
        Instant now = Instant.now();
        List<Map<String, Object>> body = new ArrayList<>();
        alerts.forEach((labels, fires) ->
                body.add(Map.of("labels", labels, "endsAt", (fires ? now.plusSeconds(60) : now).toString())));
        WebClient.Answer answer;
        try {
            answer = web.call(
                    "POST", "/api/v2/alerts", JSON.writeValueAsString(body), "Content-Type", "application/json");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (answer.status() != 200) {
            throw new AssertionError(answer);
        }
    }

    List<Notification> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        program.close();
        webhook.stop(0);
    }
}
