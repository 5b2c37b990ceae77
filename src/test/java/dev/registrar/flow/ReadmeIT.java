package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands in the README: each is run here or named with what runs it. */
@Tag("integration")
final class ReadmeIT {

    @RegisterExtension
    static final SharedRegistrar REGISTRAR = new SharedRegistrar();

    private static final Path README = Path.of("README.md");
    private static final String CALL = "curl .*";

    /** Regular expressions that match whole commands, and which test runs them or why none does. */
    private static final Map<String, String> RUN_ELSEWHERE = new LinkedHashMap<>();

    static {
        RUN_ELSEWHERE.put("mvn( -[qB])* -DskipTests package", ".ci/run: a part of verify");
        RUN_ELSEWHERE.put("mvn( -[qB])* (test|verify)", ".ci/run");
        RUN_ELSEWHERE.put("(\\./)?\\.ci/run", "it is what runs this");
        RUN_ELSEWHERE.put("java -jar target/registrar.jar demo config.yml( --exit)?", "DemoIT");
        RUN_ELSEWHERE.put("java -jar target/registrar.jar check config.yml", "DemoIT");
        RUN_ELSEWHERE.put("java -jar target/registrar.jar server config.yml", "StartIT, with the test configuration");
        RUN_ELSEWHERE.put("java -jar target/registrar.jar sandbox config.yml", "OutsideTemporalIT");
        RUN_ELSEWHERE.put("java -jar target/registrar.jar api-key --id [a-z]+ --role [a-z]+", "ApiKeyCommandTest");
        RUN_ELSEWHERE.put(
                "java -jar target/registrar.jar db (migrate|status|check) .*", "DatabaseMigrationsBundleTest");
        RUN_ELSEWHERE.put(
                "mvn( -[qB])* (test|verify) -D.*", "not run: a choice among the tests that .ci/run has all of");
        RUN_ELSEWHERE.put(
                "mvn( -[qB])* verify -P ?[a-z0-9]+.*", "not run: suites that take long or need other servers");
        RUN_ELSEWHERE.put(
                "mvn( -[qB])* -P bench test-compile exec:exec.*",
                "not run: it measures, on a machine that does nothing else");
        RUN_ELSEWHERE.put("git clone .*|cd [a-z]+", "not run: whoever runs this has done so");
        RUN_ELSEWHERE.put("(sudo )?apt-get .*", ".ci/run, where something is missing");
    }

    @TempDir
    Path directory;

    @BeforeEach
    void readmeIsThere() {
        assumeTrue(Files.exists(README), "there is no README.md yet");
    }

    @Test
    void everyCommandIsRunSomewhereOrSaysWhyNot() {
        assertThat(ReadmeCommands.of(README))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(RUN_ELSEWHERE.keySet())
                        .as("run by nothing: %s", command)
                        .anyMatch(pattern -> isCall(command) || command.matches(pattern)));
    }

    private static boolean isCall(String command) {
        return command.replace('\n', ' ').matches(CALL);
    }

    @Test
    void callsWorkInTheirOrder() throws IOException, InterruptedException {
        List<String> calls =
                ReadmeCommands.of(README).stream().filter(ReadmeIT::isCall).toList();
        String script = "set -e\ncurl() { command curl --silent --show-error --fail-with-body \"$@\"; }\n"
                + String.join("\necho\n", calls) + "\n";
        Path file = Files.writeString(directory.resolve("calls.sh"), onPortsOfTheTest(script));
        Path output = directory.resolve("calls.log");

        Process process = Guardian.watch(new ProcessBuilder("bash", file.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start());

        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("%s%n%s", script, Files.readString(output))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String onPortsOfTheTest(String script) {
        Map<String, String> environment = REGISTRAR.service().environment();
        return script.replaceAll(
                        "(localhost|127\\.0\\.0\\.1):8080\\b", "127.0.0.1:" + environment.get("REGISTRAR_PORT"))
                .replaceAll(
                        "(localhost|127\\.0\\.0\\.1):8081\\b", "127.0.0.1:" + environment.get("REGISTRAR_ADMIN_PORT"))
                .replaceAll("(localhost|127\\.0\\.0\\.1):8090\\b", "127.0.0.1:" + environment.get("SANDBOX_PORT"));
    }
}
