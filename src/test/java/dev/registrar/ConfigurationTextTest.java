package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Environment variables in a configuration. */
final class ConfigurationTextTest {

    private static final Map<String, String> VARIABLES = Map.of(
            "HOST", "example.com",
            "EMPTY", "",
            "CUT", "p@ss #1",
            "TAG", "!abc def",
            "QUOTED", "'abc'",
            "LINES", "abc\nport: 2",
            "NUMBER", "0123");

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

    /** A password that is used in part is a wrong one. */
    @ParameterizedTest
    @ValueSource(strings = {"CUT", "TAG", "QUOTED", "LINES"})
    void valueThatYamlWouldChangeIsRefused(String name) {
        assertThatThrownBy(() -> text("password: ${" + name + "}"))
                .isInstanceOf(ConfigurationRefusedException.class)
                .hasMessage("config.yml, line 1: password: the value of the environment variable " + name
                        + " has characters that YAML reads otherwise: put ${" + name
                        + "} in quotes that the value does not contain, or use a file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"${CUT}\"",
                "'${TAG}'",
                "\"${QUOTED}\"",
                "${NUMBER}",
                "http://${HOST}/x",
                "\"${HOST}: ${CUT}\"",
            })
    void valueThatYamlLeavesAsItIsIsTaken(String written) {
        assertThat(text("password: " + written).text()).startsWith("password: ");
    }

    @Test
    void variableThatIsNeverClosedIsRefused() {
        assertThatThrownBy(() -> text("url: \"${HOST\""))
                .isInstanceOf(ConfigurationRefusedException.class)
                .hasMessage("config.yml, line 1: url: has a variable without a closing brace");
    }

    @Test
    void variableInACommentMayBeMissing() {
        assertThat(text("url: x # or ${MISSING}").text()).startsWith("url: x # or ");
    }

    private static ConfigurationText text(String raw) {
        return ConfigurationText.of("config.yml", raw, VARIABLES::get);
    }
}
