package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Environment variables in a configuration. */
final class ConfigurationTextTest {

    private static final Map<String, String> VARIABLES = Map.of("HOST", "example.com", "EMPTY", "");

    @ParameterizedTest
    @CsvSource({
        "${HOST}, example.com",
        "${HOST:-other}, example.com",
        "${MISSING:-other}, other",
        "${EMPTY:-other}, other",
        "${MISSING:-${HOST}}, example.com",
        "${MISSING:-${EMPTY:-other}}, other"
    })
    void variableIsReplaced(String written, String read) {
        assertThat(text("url: " + written).text()).isEqualTo("url: " + read);
    }

    @ParameterizedTest
    @CsvSource({"${MISSING}, MISSING is not set", "${EMPTY}, EMPTY is empty", "${EMPTY:-${MISSING}}, MISSING is not set"
    })
    void variableWithoutAValueIsRefused(String written, String reason) {
        assertThatThrownBy(() -> text("port: 1\nurl: " + written))
                .isInstanceOf(ConfigurationRefusedException.class)
                .hasMessageStartingWith("config.yml, line 2: url: the environment variable " + reason + ";");
    }

    @Test
    void variableInACommentMayBeMissing() {
        assertThat(text("url: x # or ${MISSING}").text()).startsWith("url: x # or ");
    }

    private static ConfigurationText text(String raw) {
        return ConfigurationText.of("config.yml", raw, VARIABLES::get);
    }
}
