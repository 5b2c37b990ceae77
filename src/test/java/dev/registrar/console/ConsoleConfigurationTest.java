package dev.registrar.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.model.RegistrationId;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleConfigurationTest {

    private static final RegistrationId ID = RegistrationId.of("0f8e7d6c-5b4a-4392-8110-ffeeddccbbaa");

    @ParameterizedTest
    @CsvSource({
        "https://temporal.example.com, https://temporal.example.com",
        "https://temporal.example.com/, https://temporal.example.com",
        "http://127.0.0.1:8233/ui/, http://127.0.0.1:8233/ui"
    })
    void workflowIsBelowTheUrl(String configured, String base) {
        ConsoleConfiguration configuration = new ConsoleConfiguration(true, URI.create(configured), null);

        assertThat(configuration.workflow("day night", ID))
                .isEqualTo(URI.create(base + "/namespaces/day%20night/workflows/" + ID));
        assertThat(ConsoleConfiguration.defaults().workflow("default", ID)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://temporal.example.com",
                "javascript:alert(1)",
                "temporal.example.com",
                "https:///path",
                "https://user@temporal.example.com",
                "https://temporal.example.com?x=1",
                "https://temporal.example.com#x"
            })
    void anythingButAPlainHttpUrlIsRefused(String url) {
        assertThatThrownBy(() -> new ConsoleConfiguration(true, URI.create(url), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("temporalUi: is an http or https URL");
        assertThatThrownBy(() -> new ConsoleConfiguration(true, null, URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("runbooks: is an http or https URL");
    }

    @Test
    void runbooksAreInTheRepositoryUnlessTheyArePublished() {
        URI published = URI.create("https://wiki.example.com/registrar/");

        assertThat(ConsoleConfiguration.defaults().runbookFolder()).isEqualTo("docs");
        assertThat(new ConsoleConfiguration(true, null, published).runbookFolder())
                .isEqualTo("https://wiki.example.com/registrar");
    }

    @Test
    void consoleIsOnUnlessSwitchedOff() {
        assertThat(ConsoleConfiguration.defaults().enabled()).isTrue();
        assertThat(ConsoleConfiguration.defaults().temporalUi()).isNull();
    }
}
