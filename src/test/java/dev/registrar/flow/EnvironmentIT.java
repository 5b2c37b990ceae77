package dev.registrar.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.flow.WebClient.Answer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service on machines with other digits, calendars, time zones, and the Turkish letter i. */
@Tag("integration")
final class EnvironmentIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    /** A start takes seconds: three locales cover the digits, and {@code check} covers the rest. */
    @ParameterizedTest
    @CsvSource({"fa-IR, EST", "ar-EG, Asia/Kathmandu", "th-TH-u-ca-buddhist-nu-thai, EST"})
    void serviceWritesTheSameEverywhere(String locale, String zone) {
        try (RegistrarProcess service = new RegistrarProcess(directory)
                .withUnpackedBinaries()
                .withVariables(variables(locale, zone))
                .start()) {
            Instant before = Instant.now();
            String id = service.client().register("environment-1");
            Answer end = service.client().awaitSettled(id, LIMIT);

            JsonNode registration = end.json();
            assertThat(registration.path("status").asText()).as("%s", end).isEqualTo("COMPLETED");
            for (String field : List.of("createdAt", "updatedAt", "finishedAt")) {
                String text = registration.path(field).asText();
                assertThat(text).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
                assertThat(Instant.parse(text)).as(field).isBetween(before.minusSeconds(5), Instant.now());
            }
            assertThat(service.sandbox().net("environment-1"))
                    .isEqualByComparingTo(new BigDecimal(RegistrationClient.AMOUNT));
            String scraped = service.admin().get("/prometheus").response().body();
            assertAsciiDigits(scraped);
            MetricsPage metrics = new MetricsPage(scraped);
            assertThat(metrics.malformed()).isEmpty();
            assertThat(metrics.sum("registrar_registrations_accepted_total")).isPositive();
            assertAsciiDigits(service.output());
        }
    }

    @ParameterizedTest
    @CsvSource({"fa-IR, EST", "tr-TR, Asia/Kathmandu"})
    void checkPrintsAsciiDigits(String locale, String zone) throws IOException {
        Files.writeString(directory.resolve("config.yml"), new FastConfiguration().text());

        try (Program check =
                Program.start(directory, "check", variables(locale, zone), List.of("check", "config.yml"))) {
            assertThat(check.awaitEnd(LIMIT)).as(check.output()).isZero();
            assertThat(check.output()).contains("The configuration can be used.", "payment", "sms");
            assertAsciiDigits(check.output());
        }
    }

    private static Map<String, String> variables(String locale, String zone) {
        List<String> parts = List.of(locale.split("-", 3));
        String options = "-Duser.language=" + parts.get(0) + " -Duser.country=" + parts.get(1)
                + (parts.size() > 2 ? " -Duser.extensions=" + parts.get(2) : "");
        return Map.of("TZ", zone, "JDK_JAVA_OPTIONS", options);
    }

    private static void assertAsciiDigits(String text) {
        assertThat(text.codePoints()
                        .filter(c -> c > '9' && Character.isDigit(c))
                        .toArray())
                .as(text)
                .isEmpty();
    }
}
