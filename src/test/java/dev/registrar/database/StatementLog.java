package dev.registrar.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every statement of a database with the plan by which PostgreSQL executed it, statements of triggers and foreign keys
 * included, from the plans that its module auto_explain writes to the server's log. Not thread-safe.
 */
public final class StatementLog {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String PLAN_FOLLOWS = " plan:";

    private final Path file;

    /** @param dataDirectory of a server that {@link EmbeddedPostgresServer} started */
    public StatementLog(Path dataDirectory) {
        this.file = dataDirectory.resolve("server.log");
    }

    /** From now on new sessions of this superuser's database log every plan. */
    public static void begin(Connection connection) throws SQLException {
        String database = connection.getCatalog();
        try (Statement statement = connection.createStatement()) {
            for (String setting : List.of(
                    "session_preload_libraries = 'auto_explain'",
                    "auto_explain.log_min_duration = 0",
                    "auto_explain.log_analyze = on",
                    "auto_explain.log_buffers = on",
                    "auto_explain.log_timing = off",
                    "auto_explain.log_nested_statements = on",
                    "auto_explain.log_parameter_max_length = 100",
                    "auto_explain.log_format = json")) {
                statement.execute("ALTER DATABASE " + database + " SET " + setting);
            }
        }
    }

    /**
     * All executions of one statement.
     *
     * @param text with spaces instead of line breaks; parameters are numbered
     * @param tables those that it read or changed
     * @param scanned those that it read from beginning to end at least once
     * @param blocks the most blocks of 8 KiB that one execution read, cached or not
     * @param rows how many rows that execution returned
     * @param worst its plan, one line per node
     */
    public record LoggedStatement(
            String text,
            int executions,
            Set<String> tables,
            Set<String> scanned,
            long blocks,
            long rows,
            String worst) {

        private LoggedStatement and(LoggedStatement other) {
            return new LoggedStatement(
                    text,
                    executions + other.executions,
                    union(tables, other.tables),
                    union(scanned, other.scanned),
                    Math.max(blocks, other.blocks),
                    blocks < other.blocks ? other.rows : rows,
                    blocks < other.blocks ? other.worst : worst);
        }

        private static Set<String> union(Set<String> one, Set<String> other) {
            Set<String> union = new TreeSet<>(one);
            union.addAll(other);
            return union;
        }

        @Override
        public String toString() {
            return "%d blocks for %d rows, %d executions: %s%n%s".formatted(blocks, rows, executions, text, worst);
        }
    }

    /** The statements so far that used a table. */
    public Collection<LoggedStatement> statements() throws IOException {
        Map<String, LoggedStatement> statements = new TreeMap<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null) {
                if (line.endsWith(PLAN_FOLLOWS)) {
                    StringBuilder plan = new StringBuilder();
                    for (line = lines.readLine(); line != null && line.startsWith("\t"); line = lines.readLine()) {
                        plan.append(line).append('\n');
                    }
                    LoggedStatement read = read(MAPPER.readTree(plan.toString()));
                    statements.merge(read.text(), read, LoggedStatement::and);
                } else {
                    line = lines.readLine();
                }
            }
        }
        return statements.values().stream()
                .filter(statement -> !statement.tables().isEmpty())
                .toList();
    }

    private static LoggedStatement read(JsonNode logged) {
        JsonNode root = logged.path("Plan");
        Set<String> tables = new TreeSet<>();
        Set<String> scanned = new TreeSet<>();
        StringBuilder plan = new StringBuilder();
        visit(root, 1, tables, scanned, plan);
        String text = logged.path("Query Text").asText().strip().replaceAll("\\s+", " ");
        return new LoggedStatement(
                text, 1, tables, scanned, blocks(root), root.path("Actual Rows").asLong(), plan.toString());
    }

    private static void visit(JsonNode node, int depth, Set<String> tables, Set<String> scanned, StringBuilder plan) {
        String type = node.path("Node Type").asText();
        String table = node.path("Relation Name").asText();
        if (!table.isEmpty()) {
            tables.add(table);
            if (type.equals("Seq Scan") && node.path("Actual Loops").asInt() > 0) {
                scanned.add(table);
            }
        }
        plan.append("  ".repeat(depth))
                .append(String.join(" ", type, table, node.path("Index Name").asText()))
                .append(": %d rows of %d expected, %d loops, %d blocks"
                        .formatted(
                                node.path("Actual Rows").asLong(),
                                node.path("Plan Rows").asLong(),
                                node.path("Actual Loops").asLong(),
                                blocks(node)));
        for (String detail : List.of("Index Cond", "Filter", "Rows Removed by Filter", "Sort Key")) {
            if (node.has(detail)) {
                plan.append("; ").append(detail).append(' ').append(node.path(detail));
            }
        }
        plan.append('\n');
        node.path("Plans").forEach(child -> visit(child, depth + 1, tables, scanned, plan));
    }

    private static long blocks(JsonNode node) {
        return node.path("Shared Hit Blocks").asLong()
                + node.path("Shared Read Blocks").asLong();
    }
}
