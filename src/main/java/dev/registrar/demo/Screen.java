package dev.registrar.demo;

import dev.registrar.demo.Rule.Check;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/**
 * Prints for people. On a terminal the last line may change while they wait; elsewhere every line stays, without control
 * characters. Plain ASCII where the charset has no more. For one thread.
 */
public final class Screen {

    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private final boolean unicode;
    private String passing = "";

    /** @param charset what {@code out} encodes with */
    public Screen(PrintStream out, Charset charset, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        this.unicode = charset.newEncoder().canEncode('\u2713');
    }

    void line(String format, Object... values) {
        say(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    /** Prints a permanent line. */
    public void say(String text) {
        endPassing();
        out.println(text);
        out.flush();
    }

    void check(Check check) {
        String mark = check.passed() ? unicode ? "\u2713" : "[ok]" : unicode ? "\u2717" : "[NOT OK]";
        line("     %s %s", mark, check.text());
    }

    /**
     * Shows progress: updated in place on a terminal, otherwise printed if the text has changed.
     *
     * @param seconds elapsed time; a change of it alone is not printed
     */
    void progress(double seconds, String text) {
        if (terminal) {
            out.print(CLEAR_LINE + String.format(Locale.ROOT, "     %4.1f s  %s", seconds, text));
            out.flush();
            passing = text;
        } else if (!text.equals(passing)) {
            out.println(String.format(Locale.ROOT, "     %4.1f s  %s", seconds, text));
            out.flush();
            passing = text;
        }
    }

    private void endPassing() {
        if (terminal && !passing.isEmpty()) {
            out.print(CLEAR_LINE);
        }
        passing = "";
    }
}
