package dev.registrar.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes answers as text for people or as JSON for scripts, with the same content. Thread-safe. */
final class TaskPrinter {

    private static final String GAP = "  ";

    private final ObjectMapper mapper;

    /**
     * @param mapper the REST interface's, so that objects are written in the same form
     */
    TaskPrinter(ObjectMapper mapper) {
        this.mapper = mapper.copy().configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);
    }

    String json(TaskAnswer answer) {
        ObjectNode root = mapper.createObjectNode();
        root.set("items", mapper.valueToTree(answer.items()));
        counts(root, answer.ok(), answer.failed());
        answer.more().forEach((name, value) -> root.set(name, mapper.valueToTree(value)));
        return write(root);
    }

    /** A refusal, in the same shape. */
    String json(String error, String usage) {
        ObjectNode root = mapper.createObjectNode();
        root.putArray("items");
        counts(root, 0, 1);
        root.put("error", error);
        if (!usage.isEmpty()) {
            root.put("usage", usage);
        }
        return write(root);
    }

    String text(TaskAnswer answer) {
        StringBuilder text = new StringBuilder();
        List<JsonNode> items =
                answer.items().stream().<JsonNode>map(mapper::valueToTree).toList();
        if (!items.isEmpty()) {
            table(text, items, answer.columns());
            text.append('\n');
        }
        for (Map.Entry<String, Object> more : answer.more().entrySet()) {
            text.append(words(more.getKey()))
                    .append(": ")
                    .append(cell(mapper.valueToTree(more.getValue())))
                    .append('\n');
        }
        return text.append(answer.verdict()).append('\n').toString();
    }

    private static void counts(ObjectNode root, int ok, int failed) {
        root.put("ok", ok);
        root.put("failed", failed);
        root.put("total", ok + failed);
    }

    private static void table(StringBuilder text, List<JsonNode> items, List<String> columns) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream()
                .map(name -> words(name).toUpperCase(Locale.ROOT))
                .toList());
        for (JsonNode item : items) {
            lines.add(columns.stream().map(name -> cell(item.path(name))).toList());
        }
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = line.get(i);
                row.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
    }

    /** {@code lastErrorCode} as {@code last error code}. */
    private static String words(String name) {
        return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull() || (value.isContainerNode() && value.isEmpty())) {
            return "-";
        }
        if (value.isObject()) {
            return joined(value, " ");
        }
        if (value.isArray()) {
            return joined(value, ", ");
        }
        return value.isBigDecimal() ? value.decimalValue().toPlainString() : value.asText();
    }

    private static String joined(JsonNode container, String separator) {
        List<String> parts = new ArrayList<>();
        container.forEach(part -> parts.add(cell(part)));
        return String.join(separator, parts);
    }

    private String write(ObjectNode root) {
        try {
            return mapper.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
