package dev.registrar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.Duration;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SandboxConfigurationTest {

    private final ObjectMapper mapper = Jackson.newObjectMapper();

    @Test
    void sectionHasItsDefaultsAndIsOffUnlessAskedFor() throws Exception {
        SandboxConfiguration read = mapper.readValue("{}", SandboxConfiguration.class);

        assertThat(read).isEqualTo(SandboxConfiguration.defaults());
        assertThat(read)
                .isEqualTo(new SandboxConfiguration(
                        false,
                        8090,
                        "127.0.0.1",
                        Path.of("data/sandbox"),
                        Duration.hours(24),
                        false,
                        Duration.minutes(1)));
    }

    @Test
    void sectionIsRead() throws Exception {
        SandboxConfiguration read = mapper.readValue(
                "{\"enabled\": true, \"port\": 0, \"dataDirectory\": \"data/x\", \"keyWindow\": \"2m\"}",
                SandboxConfiguration.class);

        assertThat(read.enabled()).isTrue();
        assertThat(read.port()).isZero();
        assertThat(read.dataDirectory()).isEqualTo(Path.of("data/x"));
        assertThat(read.keyWindow()).isEqualTo(Duration.minutes(2));
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        SandboxConfiguration wrong =
                new SandboxConfiguration(true, 70_000, " ", null, Duration.seconds(0), null, Duration.seconds(0));

        assertThat(Validators.newValidator().validate(wrong))
                .extracting(violation -> violation.getPropertyPath().toString())
                .containsExactlyInAnyOrder("port", "bindHost", "keyWindow", "refundFailsAfter");
    }
}
