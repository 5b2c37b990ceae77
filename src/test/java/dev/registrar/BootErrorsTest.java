package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.RegistrarProcess.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that does not start prints one line on standard error and exits with status 1. */
final class BootErrorsTest {

    private static final Path FAST = Path.of("src", "test", "resources", "config-test.yml");

    @TempDir
    Path directory;

    @Test
    void everyBadValueIsNamedOnItsOwnLineInTheOrderOfTheFile() throws Exception {
        assertThat(checked(config -> config.replace("attempts: 10", "attempts: 0")
                                .replace("firstCheck: 1 s", "firstCheck: 1 ms"))
                        .lines()
                        .map(line -> line.replaceFirst(", line \\d+", "")))
                .containsExactly(
                        "config.yml: registration.firstCheck: must be at least 1 s",
                        "config.yml: registration.policies.undo.attempts: must be at least 1");
    }

    @Test
    void commandIsNotMatchedByTheBeginningOfItsName() {
        for (String command : List.of("serve", "serv", "chec", "d")) {
            assertThat(said(command, FAST.toString()))
                    .startsWith("There is no command `" + command + "`")
                    .endsWith(" The commands are api-key, check, db, demo, probe, sandbox, server.");
        }
        assertThat(said("serve", FAST.toString())).contains("did you mean `server`?");
        assertThat(said("server")).isEqualTo("The command needs a configuration file, for example config.yml.");
    }

    /** What a secret in an environment variable can turn a file into. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "4711081500", "47.11081500", "true", "[hunter2]", "{hunter2: 1}", "*hunter2", "&hunter2", "!hunter2 x",
                "{hunter2", "[hunter2", "\"hunter2", "'hunter2", "%hunter2", "@hunter2", "`hunter2", "hunter2: x",
                "hunter2: x: y", "|hunter2", ">hunter2", "- hunter2", "!!hunter2 x", "\thunter2: {"
            })
    void secretIsNotQuotedWhereverItMakesTheFileUnreadable(String secret) throws Exception {
        UnaryOperator<String> outside = config -> config.replaceFirst(
                "(?s)database:.*?\n\n",
                Matcher.quoteReplacement("database:\n  type: postgresql\n  user: u\n  password: " + secret
                        + "\n  url: 'jdbc:mysql:x'\n\n"));

        assertThat(checked(outside)).startsWith("config.yml").doesNotContain("hunter2", "4711081500", "47.1108");
        assertThat(checked(config -> config.replaceFirst(
                        "baseUrl: .*",
                        Matcher.quoteReplacement("baseUrl: 'ftp:x'\n    credential:\n      value: " + secret))))
                .startsWith("config.yml")
                .doesNotContain("hunter2", "4711081500", "47.1108");
    }

    @Test
    void passwordInAUrlIsNotQuoted() throws Exception {
        for (String url : List.of("http://ada:hunter2@127.0.0.1/profile", "http://ada:hunter2@host name/profile")) {
            assertThat(checked(config -> config.replaceFirst("baseUrl: .*", "baseUrl: '" + url + "'")))
                    .contains("services.profile")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void missingFileIsNamed() {
        assertThat(said("check", "nowhere.yml")).isEqualTo("File nowhere.yml not found");
    }

    @Test
    void portInUseAndDirectoryOfAnotherInstanceAreNamed() throws Exception {
        Ports ports = Ports.free();
        try (ServerSocket taken = new ServerSocket(ports.application(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThat(refusal(ports, "server", config -> config))
                    .isEqualTo("Cannot listen on 127.0.0.1:" + ports.application() + " (Address already in use):"
                            + " stop what uses that port, or set another one in the configuration.");
        }
        try (ServerSocket taken = new ServerSocket(ports.sandbox(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThat(refusal(ports, "demo", config -> config))
                    .startsWith("Cannot listen on 127.0.0.1:" + ports.sandbox());
        }

        try (RegistrarProcess first = RegistrarProcess.start(directory, ports, "server", "config.yml")) {
            assertThat(first.hasBegunWithin(60, ports.application())).isTrue();
            assertThat(refusal(Ports.free(), "server", config -> config))
                    .startsWith("The database directory ")
                    .endsWith("is in use by another Registrar: stop that one, or set another `dataDirectory`.");
        }
    }

    @Test
    void nameThatThisMachineDoesNotHaveIsNamed() throws Exception {
        String keys = "\nauth: {type: api-keys, keys: [{id: shop, role: client, hash: " + "ab".repeat(32) + "}]}\n";

        assertThat(refusal(config -> config.replaceFirst("bindHost: 127.0.0.1", "bindHost: nowhere.invalid") + keys))
                .startsWith("Cannot listen on nowhere.invalid:")
                .endsWith(": this machine has no address of that name; set bindHost to one that it has.");
    }

    @Test
    void fileInAnotherEncodingIsNamed() throws Exception {
        Path config = Files.write(
                directory.resolve("config.yml"), "# Gr\u00fc\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(said("check", config.toString())).endsWith("config.yml: is not UTF-8: save it in that encoding");
    }

    @Test
    void migrationOfADatabaseThatIsNotThereIsRefusedInOneSentence() throws Exception {
        Path config = directory.resolve("config.yml");
        Files.writeString(
                config,
                Files.readString(FAST)
                        .replaceFirst(
                                "(?s)database:.*?\n\n",
                                "database: {type: postgresql, url: 'jdbc:postgresql://127.0.0.1:1/registrar', user: u}\n\n"));

        assertThat(said("db", "migrate", config.toString()))
                .startsWith("PostgreSQL at jdbc:postgresql://127.0.0.1:1/registrar cannot be used: ")
                .hasLineCount(1);
    }

    @Test
    void databaseOfSomethingElseIsRefusedInOneSentence() throws Exception {
        Files.createDirectories(directory.resolve("data/postgres"));
        Files.writeString(directory.resolve("data/postgres/letters.txt"), "not a database");

        assertThat(refusal(config -> config))
                .startsWith("The database directory ")
                .endsWith("contains files of another program: set another `dataDirectory`.");
    }

    @Test
    void checkOfOurOwnThatFailedIsItsSentence() {
        assertThat(BootErrors.sentence(new IllegalStateException("credential file token cannot be read")))
                .contains("credential file token cannot be read");
    }

    @Test
    void errorThatTakesAProgrammerKeepsItsStackTrace() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        IllegalArgumentException ours = new IllegalArgumentException("a mistake of ours");

        Optional<Throwable> ended = new BootErrors(new PrintStream(printed, true, StandardCharsets.UTF_8))
                .watch(held -> {
                    ours.printStackTrace(new PrintStream(held, true, StandardCharsets.UTF_8));
                    return Optional.of(ours);
                });

        assertThat(ended).contains(ours);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("a mistake of ours")
                .contains("\tat dev.registrar.BootErrorsTest");
    }

    private String refusal(UnaryOperator<String> change) throws IOException, InterruptedException {
        return refusal(Ports.free(), "server", change);
    }

    /** The one-line message for this configuration. */
    private String checked(UnaryOperator<String> change) throws IOException {
        Path config = directory.resolve("config.yml");
        Files.writeString(config, change.apply(Files.readString(FAST)));
        return said("check", config.toString()).replace(directory + "/", "");
    }

    private static String said(String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        Optional<Throwable> ended =
                new RegistrarApplication().run(new PrintStream(printed, true, StandardCharsets.UTF_8), arguments);

        assertThat(ended).isPresent();
        return printed.toString(StandardCharsets.UTF_8).strip();
    }

    /** The one-line message of a failed start. */
    private String refusal(Ports ports, String command, UnaryOperator<String> change)
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve("config.yml"), change.apply(Files.readString(FAST)));
        try (RegistrarProcess service = RegistrarProcess.start(directory, ports, command, "config.yml")) {
            assertThat(service.end()).isEqualTo(1);
            // Newer JDKs print warnings about libraries on standard error; they are not our messages.
            List<String> said = service.err()
                    .lines()
                    .filter(line -> !line.startsWith("WARNING: "))
                    .toList();
            assertThat(said).as(service.err()).hasSize(1);
            assertThat(service.out()).doesNotContain("\tat ", "! at ", "BindException");
            return said.get(0).strip();
        }
    }
}
