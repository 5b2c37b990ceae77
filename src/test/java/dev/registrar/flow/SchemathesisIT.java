package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.access.TestApiKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service does what its OpenAPI document says and refuses everything else: all checks of Schemathesis, including
 * stateful ones. {@code -Dschemathesis.examples=1000} runs more than 100 examples per operation, {@code
 * -Dschemathesis.seed=N} repeats a run by the seed that it printed.
 */
@Tag("fuzz-api")
final class SchemathesisIT {

    @RegisterExtension
    static final RequiredTool TOOL = RequiredTool.SCHEMATHESIS;

    private static final String KEY = "rk_" + "Schemathesis".repeat(4);
    private static final int EXAMPLES = Integer.getInteger("schemathesis.examples", 100);
    private static final @Nullable String SEED = System.getProperty("schemathesis.seed");
    private static final Duration LIMIT = Duration.ofMinutes(9);

    @TempDir
    Path directory;

    /** The committed file with a path that works in another working directory. */
    private Path configuration() throws IOException {
        return Files.writeString(
                directory.resolve("schemathesis.toml"),
                Files.readString(Path.of("schemathesis.toml"))
                        .replace("\"src/", "\"" + Path.of("src").toAbsolutePath() + "/"));
    }

    /** With authentication: one of the checks is that no request succeeds without a key. */
    @Test
    void serviceIsWhatItsDocumentSays() throws IOException {
        try (RegistrarProcess service = new RegistrarProcess(directory)
                .withUnpackedBinaries()
                .withOperatorKey(TestApiKeys.hash(KEY))
                .start()) {
            assertThat(service.application().get("/v1/registrations").status()).isEqualTo(401);

            run("http://127.0.0.1:" + service.application().port() + "/openapi.json");

            assertThat(service.output()).doesNotContain("unexpected");
        }
    }

    private void run(String url) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--config-file",
                configuration().toString(),
                "run",
                url,
                "--header",
                "Authorization: Bearer " + KEY,
                "--checks",
                "all",
                "--max-examples",
                Integer.toString(EXAMPLES),
                "--no-color"));
        if (SEED != null) {
            arguments.addAll(List.of("--seed", SEED));
        }
        try (Program schemathesis = Program.start(
                directory,
                "schemathesis",
                Map.of(),
                List.of(RequiredTool.SCHEMATHESIS.file().toString()),
                arguments)) {
            int exit = schemathesis.awaitEnd(LIMIT);

            System.out.println(schemathesis.output());
            assertThat(exit).as(schemathesis.output()).isZero();
            assertThat(schemathesis.output()).contains("Stateful").containsPattern("API Links: +[1-9]");
        }
    }
}
