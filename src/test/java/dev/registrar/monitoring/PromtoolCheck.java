package dev.registrar.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prometheus' own parser, through {@code promtool check rules}: expressions are passed as recording rules. */
final class PromtoolCheck {

    private PromtoolCheck() {}

    /** What promtool reports about the expressions of these queries; empty if it accepts all. */
    static String complaints(Path scratch, List<Dashboard.Query> queries) {
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
        for (int i = 0; i < queries.size(); i++) {
            // The only escape in a single-quoted YAML string is a doubled quote.
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
