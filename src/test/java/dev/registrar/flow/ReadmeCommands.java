package dev.registrar.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands in the {@code sh} blocks of a Markdown page, each a string with its line breaks. */
final class ReadmeCommands {

    private ReadmeCommands() {}

    static List<String> of(Path page) {
        List<String> commands = new ArrayList<>();
        StringBuilder command = new StringBuilder();
        boolean inside = false;
        for (String line : lines(page)) {
            if (line.strip().startsWith("```")) {
                inside = !inside && line.strip().matches("```(sh|bash|shell|console)");
                continue;
            }
            if (!inside || (command.isEmpty() && (line.isBlank() || line.strip().startsWith("#")))) {
                continue;
            }
            command.append(command.isEmpty() ? line.strip() : line);
            if (line.endsWith("\\") || quoted(command)) {
                command.append('\n');
            } else {
                commands.add(command.toString().replaceFirst("^\\$ ", ""));
                command.setLength(0);
            }
        }
        return commands;
    }

    /** Whether a quotation is still open, so that the command continues on the next line. */
    private static boolean quoted(CharSequence command) {
        char open = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (open == 0 && (c == '\'' || c == '"')) {
                open = c;
            } else if (c == open) {
                open = 0;
            } else if (c == '\\' && open != '\'') {
                i++;
            }
        }
        return open != 0;
    }

    private static List<String> lines(Path page) {
        try {
            return Files.readAllLines(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
