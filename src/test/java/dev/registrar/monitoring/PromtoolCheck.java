package dev.registrar.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus' own parser, by {@code promtool check rules}: it takes expressions as recording rules. */
final class PromtoolCheck {

    private PromtoolCheck() {}

    static boolean isThere(Path scratch) {
        try {
            return run(scratch, "--version").status == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

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
        Outcome outcome = run(scratch, "check", "rules", file.toString());
        boolean all = outcome.output.contains("SUCCESS: " + queries.size() + " rules found");
        return outcome.status == 0 && all ? "" : outcome.output + "\n" + rules;
    }

    private static Outcome run(Path scratch, String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path output = scratch.resolve("promtool.txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("promtool does not end");
            }
            return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private record Outcome(int status, String output) {}
}
