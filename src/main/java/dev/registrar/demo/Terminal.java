package dev.registrar.demo;

import java.io.Console;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.stream.Stream;

/** What standard output is. */
public final class Terminal {

    private Terminal() {}

    /** A screen on standard output. */
    public static Screen screen() {
        return new Screen(System.out, charset(), interactive());
    }

    /** What standard output encodes with: of a terminal the system says it, else it is the default. */
    private static Charset charset() {
        return Stream.of("stdout.encoding", "sun.stdout.encoding")
                .map(System::getProperty)
                .flatMap(name -> Optional.ofNullable(name).stream())
                .filter(Charset::isSupported)
                .findFirst()
                .map(Charset::forName)
                .orElseGet(Charset::defaultCharset);
    }

    @SuppressWarnings("SystemConsoleNull") // where it never is, isTerminal tells
    private static boolean interactive() {
        Console console = System.console();
        return console != null && !"dumb".equals(System.getenv("TERM")) && isTerminal(console);
    }

    /** From Java 22 on there may be a console where there is no terminal, and a method that tells. */
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
