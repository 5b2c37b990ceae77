package dev.registrar.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real Prometheus with the project's configuration and rules that scrapes one service at shorter intervals. */
final class PrometheusServer implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Path CONFIGURATION = Path.of("prometheus");

    private final Path directory;
    private final WebClient web = new WebClient(new FreePorts().next());
    private @Nullable Program program;

    /** @param directory for its data and its output */
    PrometheusServer(Path directory) {
        this.directory = directory;
    }

    /** Starts it and returns once it is ready. */
    PrometheusServer start(int adminPort) {
        Path file = directory.resolve("prometheus.yml");
        try {
            Files.writeString(file, configuration(adminPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program started = Program.start(
                directory,
                "prometheus",
                Map.of(),
                List.of(RequiredTool.PROMETHEUS.file().toString()),
                List.of(
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + directory.resolve("prometheus-data"),
                        "--web.listen-address=127.0.0.1:" + web.port()));
        program = started;
        Poll.until(
                "Prometheus is ready",
                READY_LIMIT,
                () -> !started.isAlive() || web.get("/-/ready").status() == 200,
                started::output);
        if (!started.isAlive()) {
            throw new AssertionError("Prometheus ended in its start:\n" + started.output());
        }
        return this;
    }

    /** The project's own file and rules: another target, every second. */
    private String configuration(int adminPort) throws IOException {
        Path rules = Files.createDirectories(directory.resolve("rules"));
        for (String name : List.of("recording.yml", "alerts.yml")) {
            String text = Files.readString(CONFIGURATION.resolve("rules").resolve(name));
            Files.writeString(rules.resolve(name), text.replace("interval: 30s", "interval: 1s"));
        }
        return Files.readString(CONFIGURATION.resolve("prometheus.yml"))
                .replace("127.0.0.1:8081", "127.0.0.1:" + adminPort)
                .replaceAll("(scrape|evaluation)_interval: \\S+", "$1_interval: 1s")
                .replaceAll("scrape_timeout: \\S+", "scrape_timeout: 1s")
                .replace("- rules/", "- " + rules.toAbsolutePath() + "/");
    }

    /**
     * All samples of an expression in a time range, one list per series.
     *
     * @throws AssertionError if Prometheus cannot parse it
     */
    List<List<Double>> range(String expression, Instant from, Instant to) {
        WebClient.Answer answer = web.get("/api/v1/query_range?query="
                + URLEncoder.encode(expression, StandardCharsets.UTF_8)
                + "&start=" + from + "&end=" + to + "&step=1s");
        if (answer.status() != 200) {
            throw new AssertionError(expression + "\n" + answer);
        }
        List<List<Double>> series = new ArrayList<>();
        for (JsonNode one : answer.json().path("data").path("result")) {
            List<Double> samples = new ArrayList<>();
            one.path("values").forEach(value -> samples.add(number(value.path(1).asText())));
            series.add(samples);
        }
        return series;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    @Override
    public void close() {
        if (program != null) {
            program.close();
        }
    }
}
