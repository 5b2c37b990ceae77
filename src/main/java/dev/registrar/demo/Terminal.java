package dev.registrar.demo;

import java.io.Console;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.stream.Stream;

/** Properties of standard output. */
public final class Terminal {

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

    @SuppressWarnings("SystemConsoleNull") // where it never is, isTerminal tells
    private static boolean interactive() {
        Console console = System.console();
        return console != null && !"dumb".equals(System.getenv("TERM")) && isTerminal(console);
    }

    /** From Java 22 on a console may exist without a terminal; a method then reports which. */
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
