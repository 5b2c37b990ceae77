package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleSecretsTest {

    /** A secret in a YAML example whose value does not come from an environment variable. */
    private static final Pattern SECRET =
            Pattern.compile("(?m)[\\s{](?:password|value|apiKey): *[\"']?([^$\\s\"',}][^\\s\"',}]*)");

    @ParameterizedTest
    @ValueSource(strings = {"change-me", "CHANGE-ME", "Bearer change-me", "password", " secret "})
    void whatStandsInTheDocumentationIsASample(String secret) {
        assertThat(SampleSecrets.isSample(secret)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "change-me-not", "dontchange-me", "my-own-Secret"})
    void otherValuesAreNot(String secret) {
        assertThat(SampleSecrets.isSample(secret)).isFalse();
    }

    @Test
    void documentationHasNoSecretThatWouldBeAccepted() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))
                .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".png"))) {
            for (Path file : Stream.concat(docs, Stream.of(Path.of("README.md"), Path.of("config.yml")))
                    .toList()) {
                List<String> secrets = SECRET.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
                assertThat(secrets).as("%s", file).allMatch(SampleSecrets::isSample);
            }
        }
    }
}
