package dev.registrar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.registrar.api.RunningService.Instance;
import dev.registrar.model.Currencies;
import dev.registrar.store.RegistrationStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The committed description of the REST interface. After an intended change run {@code mvn test -Dtest=OpenApiTest
 * -Dopenapi.write=true}.
 */
@ExtendWith(RunningService.class)
class OpenApiTest {

    private static final Path COMMITTED = Path.of("src", "main", "resources", "openapi.json");

    @Test
    void documentIsWhatTheResourcesSay() throws IOException {
        String generated = OpenApiGenerator.generate();
        if (Boolean.getBoolean("openapi.write")) {
            Files.writeString(COMMITTED, generated);
        }

        assertThat(Files.readString(COMMITTED)).isEqualTo(generated);
    }

    @Test
    void documentIsServed(Instance service) throws IOException {
        assertThat(service.get("/openapi.json").json())
                .isEqualTo(new ObjectMapper().readTree(Files.readString(COMMITTED)));
    }

    @Test
    void schemaHasTheLimitsOfTheReader() throws IOException {
        JsonNode document = new ObjectMapper().readTree(OpenApiGenerator.generate());
        JsonNode schemas = document.at("/components/schemas");

        assertThat(schemas.at("/UserProfile/properties/fullName/maxLength").asInt())
                .isEqualTo(RegistrationRequestReader.NAME_LENGTH);
        assertThat(schemas.at("/Payment/anyOf/0/properties/description/maxLength")
                        .asInt())
                .isEqualTo(RegistrationRequestReader.DESCRIPTION_LENGTH);
        assertThat(schemas.at("/Preferences/maxProperties").asInt()).isEqualTo(RegistrationRequestReader.PREFERENCES);
        assertThat(schemas.at("/Preferences/propertyNames/maxLength").asInt())
                .isEqualTo(RegistrationRequestReader.PREFERENCE_NAME_LENGTH);
        assertThat(schemas.at("/Preferences/additionalProperties/anyOf/0/maxLength")
                        .asInt())
                .isEqualTo(RegistrationRequestReader.PREFERENCE_LENGTH);
        assertThat(schemas.at("/Preferences/additionalProperties/anyOf/1/maximum")
                        .decimalValue())
                .isEqualByComparingTo(RegistrationRequestReader.MAX_NUMBER);
        assertThat(document.at("/paths/~1v1~1registrations/post/parameters/0/schema/pattern")
                        .asText())
                .isEqualTo("^" + RequestHeaders.KEY_FORM + "$");
        List<String> statuses = new ArrayList<>();
        document.at("/paths/~1v1~1registrations/get/parameters/0/schema/enum")
                .forEach(status -> statuses.add(status.asText()));
        assertThat(statuses)
                .containsExactlyElementsOf(Arrays.stream(RegistrationStatus.values())
                        .map(Enum::name)
                        .toList());
        schemas.at("/Payment/anyOf").forEach(kind -> {
            double unit = kind.at("/properties/amount/multipleOf").asDouble();
            kind.at("/properties/currency/enum").forEach(code -> {
                if (!code.isNull()) {
                    assertThat(Math.pow(10, -Currencies.minorUnit(code.asText()).orElseThrow()))
                            .isCloseTo(unit, within(1e-9));
                }
            });
        });
    }
}
