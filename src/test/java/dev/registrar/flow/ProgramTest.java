package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ProgramTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String SLEEPER =
            "trap 'echo ended regularly; exit' TERM; echo begun; while :; do sleep 0.1; done";

    @TempDir
    Path directory;

    @Test
    void programEndsWhereTheJvmThatStartedItIsKilled() throws Exception {
        Process tests = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Path.of(Tests.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        Tests.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = tests.inputReader(StandardCharsets.UTF_8)) {
            ProcessHandle program =
                    ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            assertThat(program.isAlive()).isTrue();

            tests.destroyForcibly();

            Poll.until("the program has ended", LIMIT, () -> !program.isAlive());
            assertThat(directory.resolve("sleeper.log")).content().contains("ended regularly");
        } finally {
            tests.destroyForcibly();
        }
    }

    /** A test JVM that starts a program and prints its process id. */
    static final class Tests {

        public static void main(String[] arguments) throws InterruptedException {
            Program program = Program.start(
                    Path.of(arguments[0]), "sleeper", Map.of(), List.of("/bin/sh", "-c", SLEEPER), List.of());
            Poll.until("it sleeps", LIMIT, () -> program.output().contains("begun"));
            System.out.println(program.pid());
            Thread.currentThread().join();
        }
    }
}
