package dev.registrar.admin;

import java.util.ArrayList;
import java.util.List;

/** Lines of text for terminals: at most {@value #WIDTH} columns. */
final class TaskText {

    static final int WIDTH = 120;

    private TaskText() {}

    /**
     * The text in lines, broken at blanks; a word that is longer than a line is broken anywhere.
     *
     * @param indent blanks before every line but the first
     */
    static List<String> wrap(String text, int indent) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > WIDTH) {
            int start = lines.isEmpty() ? Math.min(leadingBlanks(rest), WIDTH - 1) : indent;
            int end = rest.lastIndexOf(' ', WIDTH);
            int cut = end > start ? end : WIDTH;
            lines.add(rest.substring(0, cut).stripTrailing());
            rest = " ".repeat(indent) + rest.substring(cut).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    private static int leadingBlanks(String text) {
        return text.length() - text.stripLeading().length();
    }

    /** The text, cut to so many characters with an ellipsis as the last. */
    static String shorten(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, characters - 1) + "…";
    }
}
