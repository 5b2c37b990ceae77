package dev.registrar.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every query that the project ships, in panels, recording rules and alerts. */
final class MonitoringQueries {

    private static final Path DASHBOARDS = Path.of("grafana", "dashboards");
    private static final Path RULES = Path.of("prometheus", "rules");

    /** An alert returns nothing while the service is healthy; without its threshold it must return data. */
    private static final Pattern THRESHOLD =
            Pattern.compile("\\s*(?:>=|<=|==|!=|>|<)\\s*(?:bool\\s+)?-?[0-9][0-9.e]*(?:\\s*\\*\\s*[0-9.]+)?");

    private MonitoringQueries() {}

    /**
     * @param panel file and title
     * @param origin the panel and which of its queries, for messages
     * @param expression in PromQL, with variables replaced
     */
    record Query(String panel, String origin, String expression) {}

    static List<Query> panels() {
        List<Query> queries = new ArrayList<>();
        for (Path file : files(DASHBOARDS, ".json")) {
            JsonNode dashboard = read(new ObjectMapper(), file);
            collect(dashboard.path("panels"), file.getFileName().toString(), queries);
            dashboard.path("annotations").path("list").forEach(annotation -> {
                if (annotation.has("expr")) {
                    String name = file.getFileName() + " annotation "
                            + annotation.path("name").asText();
                    queries.add(
                            new Query(name, name, filled(annotation.path("expr").asText())));
                }
            });
        }
        return queries;
    }

    private static void collect(JsonNode panels, String file, List<Query> queries) {
        for (JsonNode panel : panels) {
            collect(panel.path("panels"), file, queries);
            for (JsonNode target : panel.path("targets")) {
                String title = file + " \"" + panel.path("title").asText() + "\"";
                queries.add(new Query(
                        title,
                        title + " " + target.path("refId").asText(),
                        filled(target.path("expr").asText())));
            }
        }
    }

    static List<Query> rules() {
        List<Query> queries = new ArrayList<>();
        for (Path file : files(RULES, ".yml")) {
            for (JsonNode group :
                    read(new ObjectMapper(new YAMLFactory()), file).path("groups")) {
                for (JsonNode rule : group.path("rules")) {
                    String name = rule.path("record").asText(rule.path("alert").asText());
                    queries.add(new Query(
                            name,
                            file.getFileName() + " " + name,
                            THRESHOLD.matcher(rule.path("expr").asText()).replaceAll("")));
                }
            }
        }
        return queries;
    }

    private static String filled(String expression) {
        return expression
                .replace("$__rate_interval", "15s")
                .replace("$__interval", "5s")
                .replace("$__range", "2m")
                .replaceAll("\\$\\{?job(:\\w+)?}?", "registrar")
                .replaceAll("\\$\\{?(instance|service|breaker|name)(:\\w+)?}?", ".+");
    }

    private static List<Path> files(Path directory, String end) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(end)).sorted().toList();
            if (found.isEmpty()) {
                throw new AssertionError("nothing in " + directory);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(ObjectMapper mapper, Path file) {
        try {
            return mapper.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
