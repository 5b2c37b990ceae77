package dev.registrar.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table of a Markdown document. Not thread-safe. */
final class MarkdownTable {

    private final StringBuilder text = new StringBuilder();

    MarkdownTable(String... columns) {
        line(columns);
        line(Arrays.stream(columns).map(column -> "---").toArray(String[]::new));
    }

    MarkdownTable row(String... cells) {
        line(cells);
        return this;
    }

    private void line(String... cells) {
        text.append(Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    /** With this many decimals; a dash if it was not measured. */
    static String number(double value, int decimals) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
