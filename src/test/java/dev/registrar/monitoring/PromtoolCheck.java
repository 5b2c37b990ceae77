package dev.registrar.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prometheus' own parser, by {@code promtool check rules}: it takes expressions as recording rules. */
final class PromtoolCheck {

    private PromtoolCheck() {}

    /** What promtool says against the expressions of these queries; empty where it accepts all. */
    static String complaints(Path scratch, List<Dashboard.Query> queries) {
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
        for (int i = 0; i < queries.size(); i++) {
            // A single-quoted YAML string has no escapes but the doubled quote.
            String expression = queries.get(i).resolved().replace("'", "''");
            rules.append("      # ").append(queries.get(i).where()).append('\n');
            rules.append("      - record: dashboard:query:").append(i).append('\n');
            rules.append("        expr: '").append(expression).append("'\n");
        }
        Path file = scratch.resolve("rules.yml");
        try {
            Files.writeString(file, rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Promtool.Result result = Promtool.run(scratch, List.of("check", "rules", file.toString()));
        boolean all = result.output().contains("SUCCESS: " + queries.size() + " rules found");
        return result.exitCode() == 0 && all ? "" : result.output() + "\n" + rules;
    }
}
