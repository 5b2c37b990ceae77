package dev.registrar.demo;

import dev.registrar.demo.Rule.Check;
import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prints for people. On a terminal the last line is updated in place; elsewhere every line stays, without control
 * characters. Plain ASCII if the charset has no more. For one thread.
 */
public final class Screen {

    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private final boolean unicode;
    private String passing = "";

    /** @param charset the charset of {@code out} */
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

    /** Properties of standard output. */
    public static final class Terminal {

        private Terminal() {}

        /** A screen on standard output. */
        public static Screen screen() {
            return new Screen(System.out, charset(), interactive());
        }

        /** The charset of standard output: the terminal's, otherwise the default. */
        private static Charset charset() {
            return Stream.of("stdout.encoding", "sun.stdout.encoding")
                    .map(System::getProperty)
                    .flatMap(name -> Optional.ofNullable(name).stream())
                    .filter(Charset::isSupported)
                    .findFirst()
                    .map(Charset::forName)
                    .orElseGet(Charset::defaultCharset);
        }

        @SuppressWarnings("SystemConsoleNull") // if it is never null, isTerminal decides
        private static boolean interactive() {
            Console console = System.console();
            return console != null && !"dumb".equals(System.getenv("TERM")) && isTerminal(console);
        }

        /** From Java 22 on a console may exist without a terminal; a method then reports whether there is one. */
        private static boolean isTerminal(Console console) {
            try {
                return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
            } catch (NoSuchMethodException e) {
                return true;
            } catch (ReflectiveOperationException e) {
                return false;
            }
        }
    }
}
