package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.RegistrarProcess.Ports;
import dev.registrar.model.Release;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table of invalid configurations: {@code check} and {@code server} refuse each with the same sentence, which names
 * the file, the line, the option and the allowed values. Part of it is in the documentation.
 */
final class WrongConfigurationTest {

    private static final Path SHIPPED = Path.of("config.yml");
    private static final Path DOCUMENTATION = Path.of("docs", "configuration.md");

    /**
     * {@code ==== what is wrong}, the replaced text, {@code ->} its replacement, {@code =>} the message. Line numbers
     * are relative to the first replaced line, which is {@code +1}. CURRENT and PREVIOUS are those releases.
     */
    private static final Path TABLE = Path.of("src", "test", "resources", "wrong-configurations.txt");

    private static final Pattern ENTRY =
            Pattern.compile("(?ms)^==== (.+?)\n(.*?)\n-> *\n(?:(.*?)\n)??=> (.*?)\n(?=^====|\\z)");

    private static final Pattern LINE = Pattern.compile("line ([+-]?\\d+)");

    private static final int WANTED = 30;

    private static final List<String> INTERNAL = List.of(
            "com.",
            "java.",
            "Jackson",
            "dev.registrar.",
            "Cannot deserialize",
            "Cannot construct",
            "$Builder",
            "Exception");

    @TempDir
    Path directory;

    /** A line of the table. */
    record Wrong(String what, String text, String instead, String sentence) {

        String sentenceIn(String config) {
            long before = config.substring(0, config.indexOf(text))
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            return LINE.matcher(sentence).replaceAll(line -> "line " + (before + Integer.parseInt(line.group(1))));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Wrong> table() throws IOException {
        List<Wrong> all = new ArrayList<>();
        Matcher entry = ENTRY.matcher(Files.readString(TABLE));
        while (entry.find()) {
            String sentence = entry.group(4)
                    .replace("CURRENT", Release.CURRENT.toString())
                    .replace("PREVIOUS", Release.PREVIOUS.toString());
            all.add(new Wrong(
                    entry.group(1), entry.group(2), Objects.requireNonNullElse(entry.group(3), ""), sentence));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("table")
    void checkAndServerRefuseInTheSameWords(Wrong wrong) throws Exception {
        Path file = write(wrong);

        String checked = said("check", file.toString());

        assertThat(checked).isEqualTo(wrong.sentenceIn(Files.readString(SHIPPED)));
        assertThat(checked).doesNotContain(INTERNAL);
        assertThat(said("server", file.toString())).isEqualTo(checked);
    }

    /** One that cannot be read and one that cannot be started. */
    @ParameterizedTest
    @ValueSource(strings = {"a duration without a unit", "an active encryption key that is not there"})
    void processSaysNothingElseAndEndsWithStatusOne(String what) throws Exception {
        Wrong wrong = table().stream()
                .filter(entry -> entry.what().equals(what))
                .findFirst()
                .orElseThrow();
        write(wrong);

        for (String command : List.of("check", "server")) {
            try (RegistrarProcess process = RegistrarProcess.start(directory, Ports.free(), command, "config.yml")) {
                assertThat(process.end()).isEqualTo(1);
                // Newer JDKs print warnings about libraries on standard error.
                assertThat(process.err().lines().filter(line -> !line.startsWith("WARNING: ")))
                        .containsExactly(wrong.sentenceIn(Files.readString(SHIPPED)));
            }
        }
    }

    @Test
    void tableIsComplete() throws Exception {
        String entries = Files.readString(TABLE);

        assertThat(table()).hasSizeGreaterThanOrEqualTo(WANTED).hasSize((int)
                entries.lines().filter(line -> line.startsWith("==== ")).count());
    }

    @Test
    void documentationQuotesTheTable() throws Exception {
        String text = Files.readString(DOCUMENTATION);
        int begin = text.indexOf("\n## When the configuration is refused\n") + 1;
        int end = text.indexOf("\n## ", begin);
        String section = text.substring(begin, end < 0 ? text.length() : end);
        List<String> quoted = Pattern.compile("(?m)^config\\.yml(?:, line \\d+.*)?: .+$")
                .matcher(section)
                .results()
                .map(found -> LINE.matcher(found.group()).replaceAll("line N"))
                .toList();

        assertThat(quoted).hasSizeGreaterThanOrEqualTo(10);
        assertThat(table().stream().map(wrong -> LINE.matcher(wrong.sentence()).replaceAll("line N")))
                .containsAll(quoted);
    }

    private Path write(Wrong wrong) throws IOException {
        Files.writeString(directory.resolve("short.key"), "c2hvcnQ=\n");
        Files.writeString(directory.resolve("not-a-store.p12"), "not a key store");
        Files.createDirectories(directory.resolve("templates"));
        String shipped = Files.readString(SHIPPED);
        assertThat(shipped).as("the text to be replaced").contains(wrong.text());
        int at = shipped.indexOf(wrong.text());
        String instead = wrong.instead().replace("DIR", directory.toString()).replace("<TAB>", "\t");
        return Files.writeString(
                directory.resolve("config.yml"),
                shipped.substring(0, at)
                        + instead
                        + shipped.substring(at + wrong.text().length()));
    }

    /** Standard error of the command, with file names relative to the directory. */
    private String said(String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        Optional<Throwable> ended =
                new RegistrarApplication().run(new PrintStream(printed, true, StandardCharsets.UTF_8), arguments);

        assertThat(ended).as("what ended %s", Stream.of(arguments).toList()).isPresent();
        return printed.toString(StandardCharsets.UTF_8)
                .strip()
                .replace(directory + "/", "")
                .replace(directory.toString(), "DIR");
    }
}
