package dev.registrar.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The table of {@code docs/metrics.md} that says which question each panel answers. */
final class PanelQuestions {

    private PanelQuestions() {}

    /** Its rows as they have to be, from the dashboards. */
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

    /** Its rows as they are. */
    static List<String> written(String document) {
        String part = document.replaceFirst("(?s).*\n## Which question each panel answers\n", "");
        return part.lines()
                .filter(line -> line.startsWith("| "))
                .filter(line -> !line.startsWith("| dashboard |"))
                .toList();
    }
}
