package dev.registrar.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files under {@code prometheus/}, as they are. */
final class RuleFiles {

    static final Path FOLDER = Path.of("prometheus");
    static final Path TESTS = FOLDER.resolve("tests");
    private static final Path RULES = FOLDER.resolve("rules");
    private static final YAMLMapper YAML = new YAMLMapper();

    private RuleFiles() {}

    /** One alert: its name and the rest of its rule. */
    record Alert(String name, JsonNode rule) {

        String annotation(String key) {
            return rule.path("annotations").path(key).asText();
        }

        String severity() {
            return rule.path("labels").path("severity").asText();
        }
    }

    /** What a test expects of one alert at one time. */
    record Look(String alert, long atSecond, boolean fires) {}

    static List<Alert> alerts() {
        return rules("alerts.yml").stream()
                .map(rule -> new Alert(rule.path("alert").asText(), rule))
                .toList();
    }

    static List<JsonNode> recordings() {
        return rules("recording.yml");
    }

    /** The expectations of every test group, ordered by time. */
    static List<List<Look>> looks() {
        List<List<Look>> looks = new ArrayList<>();
        for (Path file : testFiles()) {
            for (JsonNode group : read(file).path("tests")) {
                List<Look> ofGroup = new ArrayList<>();
                for (JsonNode look : group.path("alert_rule_test")) {
                    ofGroup.add(new Look(
                            look.path("alertname").asText(),
                            seconds(look.path("eval_time").asText()),
                            !look.path("exp_alerts").isEmpty()));
                }
                looks.add(ofGroup.stream()
                        .sorted((one, other) -> Long.compare(one.atSecond(), other.atSecond()))
                        .toList());
            }
        }
        return looks;
    }

    static List<Path> testFiles() {
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> rules(String file) {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode group : read(RULES.resolve(file)).path("groups")) {
            group.path("rules").forEach(rules::add);
        }
        return rules;
    }

    private static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Seconds of a duration in whole hours or minutes. */
    private static long seconds(String time) {
        long number = Long.parseLong(time.substring(0, time.length() - 1));
        return switch (time.charAt(time.length() - 1)) {
            case 'h' -> number * 3_600;
            case 'm' -> number * 60;
            default -> throw new IllegalArgumentException("eval_time in h or m: " + time);
        };
    }
}
