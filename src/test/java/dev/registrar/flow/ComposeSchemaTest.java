package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Validates {@code compose.yaml} against the JSON schema of the Compose specification. */
final class ComposeSchemaTest {

    @RegisterExtension
    static final RequiredTool SCHEMA = RequiredTool.COMPOSE_SCHEMA;

    private static final String COMPOSE = "compose.yaml";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static Schema schema() throws IOException {
        // The schema registry requires an id that is a URL; this one is not.
        String text = Files.readString(SCHEMA.file()).replaceFirst("\"\\$id\": *\"[^\"]*\",", "");
        return SchemaRegistry.withDefaultDialect(Dialects.getDraft7()).getSchema(text);
    }

    @Test
    void composeFileIsValid() throws IOException {
        assertThat(schema().validate(YAML.readTree(Path.of(COMPOSE).toFile()))).isEmpty();
    }

    @Test
    void misspeltOptionIsFound() throws IOException {
        String text = Files.readString(Path.of(COMPOSE));
        JsonNode misspelt = YAML.readTree(text.replaceFirst("read_only:", "readonly:"));

        assertThat(schema().validate(misspelt)).isNotEmpty();
    }
}
