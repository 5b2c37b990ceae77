package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.Guardian;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox as a separate process, ended by signals. */
final class SandboxCommandTest {

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endProcesses() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void commandPrintsItsUrlsAndEndsOnSigterm() throws Exception {
        Process process = run();
        List<String> urls = urls(process);

        assertThat(urls).hasSize(5).allMatch(url -> url.startsWith("http://127.0.0.1:"));
        assertThat(urls.get(4)).endsWith("/sandbox");
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        // 128 + SIGTERM: ended by the signal, not by an error.
        assertThat(process.exitValue()).isEqualTo(143);
    }

    @Test
    void killHidesNoEffectThatWasAnswered() throws Exception {
        Process process = run();
        SandboxClient first = new SandboxClient(port(process));
        List<CompletableFuture<Integer>> calls = IntStream.range(0, 400)
                .mapToObj(i -> first.callLater(
                                "POST",
                                "/payment/payments",
                                SandboxClient.payment("u-" + i, "1", "pm_card_ok"),
                                "Idempotency-Key",
                                "charge:" + i)
                        .handle((answer, failure) -> answer == null ? 0 : answer.status()))
                .toList();
        calls.get(150).join();
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        List<Integer> answered = calls.stream().map(CompletableFuture::join).toList();

        SandboxServer again =
                new SandboxServer(SandboxTestCase.configuration(directory.resolve("data")), Clock.systemUTC());
        again.start();
        try {
            SandboxClient second = new SandboxClient(again.port());
            JsonNode ledger = second.ledger("");
            List<String> kept = ledger.findValuesAsText("idempotencyKey");
            for (int i = 0; i < answered.size(); i++) {
                if (answered.get(i) == 201) {
                    assertThat(kept).contains("charge:" + i);
                }
            }
            assertThat(answered).contains(201);
            assertThat(second.get("/sandbox/summary").json().path("users")).hasSize(kept.size());
        } finally {
            again.stop();
        }
    }

    private Process run() throws IOException {
        Path config = directory.resolve("config.yml");
        Files.writeString(config, """
                sandbox:
                  port: 0
                  dataDirectory: %s
                logging:
                  level: WARN
                """.formatted(directory.resolve("data")));
        Process process = Guardian.watch(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SandboxApplication.class.getName(),
                        "sandbox",
                        config.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        started.add(process);
        return process;
    }

    private static int port(Process process) throws IOException {
        String url = urls(process).get(0);
        return Integer.parseInt(url.replaceAll("\\D+(\\d+\\.){3}\\d+:(\\d+)/.*", "$2"));
    }

    private static List<String> urls(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        List<String> urls = new ArrayList<>();
        for (String line = out.readLine(); line != null && urls.size() < 5; line = out.readLine()) {
            if (line.startsWith("http")) {
                urls.add(line);
            }
            if (urls.size() == 5) {
                return urls;
            }
        }
        throw new IOException("the sandbox ended before it listened");
    }

    /** The smallest application with the command. */
    static final class SandboxApplication extends Application<SandboxApplication.Section> {

        public static void main(String[] args) throws Exception {
            new SandboxApplication().run(args);
        }

        @Override
        public void initialize(Bootstrap<Section> bootstrap) {
            bootstrap.addCommand(new SandboxCommand<>(Section.class, Section::sandbox, Clock.systemUTC()));
        }

        @Override
        public void run(Section configuration, Environment environment) {}

        static final class Section extends Configuration {

            @JsonProperty
            private SandboxConfiguration sandbox = SandboxConfiguration.defaults();

            SandboxConfiguration sandbox() {
                return sandbox;
            }
        }
    }
}
