package dev.registrar.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The table of Registrar's own metrics in {@code docs/metrics.md}. */
final class MetricsDocument {

    private static final Path FILE = Path.of("docs", "metrics.md");
    private static final Pattern ROW = Pattern.compile("^\\| `(registrar_\\w+)` \\| (\\w+) \\| (.*?) \\| .+ \\|$");

    private MetricsDocument() {}

    /** @param type counter, gauge or histogram */
    record Row(String name, String type, Set<String> labels) {

        /** The name of its Prometheus family: a counter's without the suffix. */
        String family() {
            return type.equals("counter") ? name.replaceAll("_total$", "") : name;
        }
    }

    static List<Row> rows() throws IOException {
        return Files.readString(FILE)
                .lines()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .map(row -> {
                    Set<String> labels = new TreeSet<>(
                            Arrays.asList(row.group(3).replaceAll("[`–]", "").split(", ")));
                    labels.remove("");
                    return new Row(row.group(1), row.group(2), labels);
                })
                .toList();
    }
}
