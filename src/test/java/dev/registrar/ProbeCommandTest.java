package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that the probe refuses before it calls a provider; it never quotes them. */
final class ProbeCommandTest {

    private static final Path FAST = Path.of("src", "test", "resources", "config-test.yml");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--charge | 4111111111111111 | must be the gateway's token of a payment method, such as pm_card_visa",
                "--charge | pm_4111111111111111 | must be the gateway's token of a payment method, such as pm_card_visa",
                "--amount | 1.00 | must be an amount and its currency, such as \"1.00 USD\"",
                "--amount | one USD | must begin with a number",
                "--amount | 0.00 USD | must be more than 0",
                "--amount | -1.00 USD | a negative amount",
                "--amount | 1.00 usd | unknown currency",
                "--email | ada | must be an e-mail address",
                "--phone | 4155550101 | must be in E.164 format, a plus and 7 to 15 digits"
            })
    void optionIsRefusedInOneSentence(String option, String value, String reason) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new RegistrarApplication()
                .run(
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        "probe",
                        FAST.toString(),
                        option + "=" + value);

        assertThat(printed.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo("probe: " + option + ": " + reason + ".");
    }
}
