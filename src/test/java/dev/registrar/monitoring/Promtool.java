package dev.registrar.monitoring;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Prometheus' own checker, if installed. Otherwise the test is skipped with a prominent message, and fails on a build
 * server ({@code CI=true}).
 */
final class Promtool {

    private Promtool() {}

    /** Its output and exit code. */
    record Result(int exitCode, String output) {}

    /** Skips or fails the test if it is not installed. */
    static void require() {
        boolean installed = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
        if (installed) {
            return;
        }
        String text = "SKIPPED: promtool is not installed, the Prometheus rules are not tested";
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            throw new AssertionError(text);
        }
        System.err.println(text);
        abort(text);
    }

    static Result run(Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
