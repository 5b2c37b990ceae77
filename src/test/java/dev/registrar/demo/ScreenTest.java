package dev.registrar.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.demo.Rule.Check;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ScreenTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void screenWithoutTerminalPrintsEachStateOnceAndNoControlCharacters() {
        Screen screen = screen(StandardCharsets.UTF_8, false);

        screen.progress(0.1, "RUNNING");
        screen.progress(0.2, "RUNNING");
        screen.progress(1.0, "COMPLETED");
        screen.say("done");

        assertThat(printed(StandardCharsets.UTF_8))
                .isEqualTo("      0.1 s  RUNNING\n      1.0 s  COMPLETED\ndone\n")
                .doesNotContain("\r", "\u001b");
    }

    @Test
    void terminalShowsProgressInPlaceAndClearsItBeforeTheNextLine() {
        Screen screen = screen(StandardCharsets.UTF_8, true);

        screen.progress(0.1, "RUNNING");
        screen.progress(0.2, "RUNNING");
        screen.say("done");

        assertThat(printed(StandardCharsets.UTF_8))
                .isEqualTo("\r\u001b[2K      0.1 s  RUNNING\r\u001b[2K      0.2 s  RUNNING\r\u001b[2Kdone\n");
    }

    @Test
    void marksAreAsciiWhereTheCharsetHasNoMore() {
        screen(StandardCharsets.US_ASCII, false).check(new Check(true, "right"));
        screen(StandardCharsets.US_ASCII, false).check(new Check(false, "wrong"));

        assertThat(printed(StandardCharsets.US_ASCII)).isEqualTo("     [ok] right\n     [NOT OK] wrong\n");
    }

    @Test
    void marksAreSignsInUtf8() {
        screen(StandardCharsets.UTF_8, false).check(new Check(true, "right"));
        screen(StandardCharsets.UTF_8, false).check(new Check(false, "wrong"));

        assertThat(printed(StandardCharsets.UTF_8)).isEqualTo("     \u2713 right\n     \u2717 wrong\n");
    }

    private Screen screen(Charset charset, boolean terminal) {
        return new Screen(new PrintStream(out, true, charset), charset, terminal);
    }

    private String printed(Charset charset) {
        return out.toString(charset).replace(System.lineSeparator(), "\n");
    }
}
