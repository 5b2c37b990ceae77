package dev.registrar.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One Grafana dashboard as in its file. Immutable.
 *
 * @param name of the file, without {@code .json}
 */
record Dashboard(String name, JsonNode json) {

    private static final JsonMapper JSON = new JsonMapper();

    static Dashboard of(String name, String text) {
        try {
            return new Dashboard(name, JSON.readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException("dashboard " + name, e);
        }
    }

    /** All dashboards of a folder, by name. */
    static List<Dashboard> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Dashboard> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                all.add(of(file.getFileName().toString().replaceAll("\\.json$", ""), Files.readString(file)));
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String uid() {
        return json.path("uid").asText();
    }

    String title() {
        return json.path("title").asText();
    }

    List<JsonNode> variables() {
        return list(json.path("templating").path("list"));
    }

    List<JsonNode> links() {
        return list(json.path("links"));
    }

    /** Without the built-in one, which queries Grafana itself. */
    List<JsonNode> annotations() {
        return list(json.path("annotations").path("list")).stream()
                .filter(annotation -> annotation.path("builtIn").asInt() == 0)
                .toList();
    }

    /** Rows and panels, including panels in collapsed rows. */
    List<JsonNode> rowsAndPanels() {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode panel : list(json.path("panels"))) {
            all.add(panel);
            all.addAll(list(panel.path("panels")));
        }
        return all;
    }

    /** Without rows. */
    List<JsonNode> panels() {
        return rowsAndPanels().stream()
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    /** Every query of panels and annotations, with variables not yet replaced. */
    List<Query> queries() {
        List<Query> all = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                String where = "panel " + panel.path("id").asText() + " "
                        + target.path("refId").asText();
                all.add(new Query(where, target.path("expr").asText(), target.path("datasource")));
            }
        }
        for (JsonNode annotation : annotations()) {
            String where = "annotation " + annotation.path("name").asText();
            all.add(new Query(where, annotation.path("expr").asText(), annotation.path("datasource")));
        }
        return all;
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** @param where panel and letter, or the annotation */
    record Query(String where, String expression, JsonNode datasource) {

        private static final String[][] SAMPLES = {
            {"$__rate_interval", "1m"}, {"$job", "registrar"}, {"$instance", "127.0.0.1:8081"}, {"$service", "payment"}
        };

        /** The expression with sample values for variables. */
        String resolved() {
            String text = expression;
            for (String[] sample : SAMPLES) {
                text = text.replace(sample[0], sample[1]);
            }
            return text;
        }
    }
}
