package dev.registrar.profile.scim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.profile.ProfileFactory;
import dev.registrar.profile.RegistrarProfileFactory;
import dev.registrar.profile.scim.ScimUserProfiles.Undo;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.DefaultConfigurationFactoryFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScimProfileFactoryTest {

    private static ProfileFactory read(String yaml) throws Exception {
        return new DefaultConfigurationFactoryFactory<ProfileFactory>()
                .create(ProfileFactory.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(path -> new ByteArrayInputStream(path.getBytes(StandardCharsets.UTF_8)), yaml);
    }

    @Test
    void scimIsChosenByItsTypeAndDeletesByDefault() throws Exception {
        ProfileFactory config = read("""
                type: scim
                baseUrl: https://idp.example.com/scim/v2
                credential: {prefix: "Bearer ", value: secret}
                """);

        assertThat(config)
                .isInstanceOfSatisfying(
                        ScimProfileFactory.class,
                        scim -> assertThat(scim.undo()).isEqualTo(Undo.DELETE));
        assertThat(config.providerName()).isEqualTo("scim@idp.example.com");
        assertThat(config.guarantees().dedupesFor()).isEqualTo(Duration.ZERO);
        assertThat(config.guarantees().finds()).isTrue();
        assertThat(config.secrets()).containsOnlyKeys("credential");
    }

    @Test
    void undoCanBeADeactivation() throws Exception {
        assertThat(read("{type: scim, baseUrl: 'http://x', undo: deactivate}"))
                .isInstanceOfSatisfying(
                        ScimProfileFactory.class,
                        scim -> assertThat(scim.undo()).isEqualTo(Undo.DEACTIVATE));
    }

    @Test
    void withoutATypeItIsTheDocumentedProtocol() throws Exception {
        assertThat(read("baseUrl: http://x")).isInstanceOf(RegistrarProfileFactory.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: scim}|baseUrl",
                "{type: scim, baseUrl: 'http://x', undo: forget}|undo",
                "{type: scim, baseUrl: 'http://x', undo: null}|undo",
                "{type: scim, baseUrl: 'http://x', guarantees: {finds: false}}|guarantees",
                "{baseUrl: 'http://x', undo: delete}|undo"
            })
    void badConfigIsRefusedWithTheNameOfTheOption(String yaml, String named) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(named);
    }
}
