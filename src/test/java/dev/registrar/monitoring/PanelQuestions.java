package dev.registrar.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The table of {@code docs/metrics.md} with the question that each panel answers. */
final class PanelQuestions {

    private PanelQuestions() {}

    /** The expected rows, from the dashboards. */
    static List<String> wanted(List<Dashboard> dashboards) {
        List<String> rows = new ArrayList<>();
        for (Dashboard dashboard : dashboards) {
            for (JsonNode panel : dashboard.panels()) {
                String description = panel.path("description").asText();
                String question = description.substring(0, description.indexOf('?') + 1);
                rows.add("| %s | %s | %s |"
                        .formatted(dashboard.title(), panel.path("title").asText(), question));
            }
        }
        return rows;
    }

    /** The actual rows. */
    static List<String> written(String document) {
        String part = document.replaceFirst("(?s).*\n## Which question each panel answers\n", "");
        return part.lines()
                .filter(line -> line.startsWith("| "))
                .filter(line -> !line.startsWith("| dashboard |"))
                .toList();
    }
}
