package dev.registrar.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.registrar.model.TextRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes answers as text for people or as JSON for scripts, with the same content. Thread-safe. */
final class TaskPrinter {

    private static final String GAP = "  ";
    private static final String FOLD = "    ";
    private static final String EMPTY = "-";

    /** The column whose objects have other fields in each row. */
    private static final String DETAIL = "detail";

    private static final Pattern FRACTION = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z");
    private static final int SECONDS = "2026-01-31T00:00:00".length();

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
        if (answer.matching() != null) {
            root.put("leftOut", answer.leftOut());
        }
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
            more(text, words(more.getKey()), mapper.valueToTree(more.getValue()));
        }
        answer.cut().ifPresent(cut -> text.append(cut).append('\n'));
        return text.append(answer.verdict()).append('\n').toString();
    }

    /** Lists of larger objects get a line each. */
    private static void more(StringBuilder text, String name, JsonNode value) {
        if (value.isArray() && value.path(0).size() > 2) {
            text.append(name).append(":\n");
            value.forEach(element -> append(text, TaskText.wrap("  " + cell(element), 4)));
        } else {
            append(text, TaskText.wrap(name + ": " + cell(value), 2));
        }
    }

    private static void append(StringBuilder text, List<String> lines) {
        lines.forEach(line -> text.append(line).append('\n'));
    }

    private static void counts(ObjectNode root, int ok, int failed) {
        root.put("ok", ok);
        root.put("failed", failed);
        root.put("total", ok + failed);
    }

    /** A table that is too wide leaves out its empty columns and then folds its rows, headings included. */
    private static void table(StringBuilder text, List<JsonNode> items, List<String> columns) {
        List<List<String>> table = new ArrayList<>();
        for (String column : columns) {
            List<String> cells = new ArrayList<>();
            cells.add(words(column).toUpperCase(Locale.ROOT));
            items.forEach(item -> cells.add(TaskText.shorten(
                    column.equals(DETAIL) ? labelled(item.path(column)) : cell(item.path(column)),
                    TaskText.WIDTH - FOLD.length())));
            table.add(cells);
        }
        if (width(table) > TaskText.WIDTH) {
            table.removeIf(cells -> cells.stream().skip(1).allMatch(EMPTY::equals));
        }
        List<List<List<String>>> lines = folded(table);
        for (int row = 0; row <= items.size(); row++) {
            for (int line = 0; line < lines.size(); line++) {
                StringBuilder cells = new StringBuilder(line == 0 ? "" : FOLD);
                for (List<String> column : lines.get(line)) {
                    String cell = column.get(row);
                    cells.append(cell)
                            .append(" ".repeat(width(column) - cell.length()))
                            .append(GAP);
                }
                text.append(cells.toString().stripTrailing()).append('\n');
            }
        }
    }

    /** The columns by line. */
    private static List<List<List<String>>> folded(List<List<String>> table) {
        List<List<List<String>>> lines = new ArrayList<>();
        int used = TaskText.WIDTH;
        for (List<String> column : table) {
            int width = width(column);
            if (used + GAP.length() + width > TaskText.WIDTH) {
                used = (lines.isEmpty() ? 0 : FOLD.length()) - GAP.length();
                lines.add(new ArrayList<>());
            }
            lines.get(lines.size() - 1).add(column);
            used += GAP.length() + width;
        }
        return lines;
    }

    private static int width(Collection<String> column) {
        return column.stream().mapToInt(String::length).max().orElse(0);
    }

    private static int width(List<List<String>> table) {
        return table.stream().mapToInt(column -> width(column) + GAP.length()).sum() - GAP.length();
    }

    /** {@code lastErrorCode} as {@code last error code}. */
    private static String words(String name) {
        return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull() || (value.isContainerNode() && value.isEmpty())) {
            return EMPTY;
        }
        if (value.isObject()) {
            return joined(value, " ");
        }
        if (value.isArray()) {
            return joined(value, ", ");
        }
        return value.isBigDecimal() ? value.decimalValue().toPlainString() : plain(value.asText());
    }

    /** Values of different kinds, each with its name. */
    private static String labelled(JsonNode object) {
        if (object.isEmpty()) {
            return EMPTY;
        }
        return object.properties().stream()
                .map(entry -> words(entry.getKey()) + ": " + cell(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** On one line; times to the second. */
    private static String plain(String text) {
        return FRACTION.matcher(text).matches() ? text.substring(0, SECONDS) + "Z" : TextRules.singleLine(text);
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
