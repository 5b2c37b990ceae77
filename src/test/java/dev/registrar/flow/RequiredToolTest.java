package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.flow.RequiredTool.Wanted;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class RequiredToolTest {

    @TempDir
    Path directory;

    private @Nullable ExtensionContext context;

    @RegisterExtension
    final BeforeEachCallback contextOfTheTest = seen -> context = seen;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void suiteRunsWhenTheToolIsOnThePath() throws IOException {
        Path program = program("hammer");
        RequiredTool tool = tool(Map.of("PATH", directory.resolve("none") + File.pathSeparator + directory));

        assertThat(tool.evaluateExecutionCondition(context()).isDisabled()).isFalse();
        assertThat(tool.file()).isEqualTo(program);
        assertThat(output()).isEmpty();
    }

    @Test
    void variableComesBeforeThePathAndNothingElseIsTakenWhereItIsWrong() throws IOException {
        program("hammer");
        Path other = program("other");

        assertThat(tool(Map.of("PATH", directory.toString(), "HAMMER", other.toString()))
                        .find())
                .contains(other);
        assertThat(tool(Map.of("PATH", directory.toString(), "HAMMER", other + "-not-there"))
                        .find())
                .isEmpty();
    }

    @Test
    void fileThatCannotBeRunIsNoTool() throws IOException {
        Files.writeString(directory.resolve("hammer"), "");

        assertThat(tool(Map.of("PATH", directory.toString())).find()).isEmpty();
    }

    @Test
    void suitesAreSkippedWithOneLineAboutTheRemedyWhenTheToolIsMissing() {
        RequiredTool tool = tool(Map.of("PATH", directory.toString()));

        assertThat(tool.evaluateExecutionCondition(context()).isDisabled()).isTrue();
        assertThat(tool.evaluateExecutionCondition(context()).isDisabled()).isTrue();

        assertThat(output())
                .hasLineCount(1)
                .startsWith("SKIPPED, NOT TESTED")
                .contains("A hammer is missing", "HAMMER is not set", "buy hammer");
    }

    @Test
    void missingToolIsAFailureUnderContinuousIntegration() {
        RequiredTool tool = tool(Map.of("PATH", directory.toString(), "CI", "true"));

        assertThatThrownBy(() -> tool.evaluateExecutionCondition(context())).hasMessageContaining("buy hammer");
        assertThat(output()).isEmpty();
    }

    private RequiredTool tool(Map<String, String> environment) {
        // The directory makes it a different tool in each test: a message is printed only once per JVM.
        Wanted wanted = new Wanted("A hammer", "hammer", "HAMMER", "buy hammer in " + directory);
        return new RequiredTool(wanted, environment, new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private Path program(String name) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private ExtensionContext context() {
        return Objects.requireNonNull(context);
    }

    private String output() {
        return said.toString(StandardCharsets.UTF_8);
    }
}
