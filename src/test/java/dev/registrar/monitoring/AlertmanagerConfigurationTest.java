package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.registrar.monitoring.RuleFiles.Alert;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules of {@code prometheus/alertmanager.yml} by which one alert mutes another. */
class AlertmanagerConfigurationTest {

    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\"?([^\"]*)\"?");

    private record Inhibition(JsonNode rule) {

        boolean mutes(Alert source, Alert target) {
            return !source.name().equals(target.name())
                    && matches("source_matchers", source)
                    && matches("target_matchers", target);
        }

        boolean matches(String side, Alert alert) {
            for (JsonNode text : rule.path(side)) {
                Matcher matcher = MATCHER.matcher(text.asText());
                assertThat(matcher.matches()).as(text.asText()).isTrue();
                String value = matcher.group(1).equals("alertname") ? alert.name() : label(alert, matcher.group(1));
                boolean matches =
                        matcher.group(2).equals("=") ? value.equals(matcher.group(3)) : value.matches(matcher.group(3));
                if (!matches) {
                    return false;
                }
            }
            return true;
        }

        /** One that comes from the series, or from a template, may be anything. */
        private static String label(Alert alert, String name) {
            return alert.rule().path("labels").path(name).asText("from the series");
        }
    }

    private final List<Inhibition> inhibitions = read();
    private final List<Alert> alerts = RuleFiles.alerts();

    private static List<Inhibition> read() {
        try {
            List<Inhibition> all = new ArrayList<>();
            new YAMLMapper()
                    .readTree(RuleFiles.FOLDER.resolve("alertmanager.yml").toFile())
                    .path("inhibit_rules")
                    .forEach(rule -> all.add(new Inhibition(rule)));
            return all;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private boolean mutes(Alert source, Alert target) {
        return inhibitions.stream().anyMatch(inhibition -> inhibition.mutes(source, target));
    }

    /** Both would fire and nobody would be told. */
    @Test
    void noTwoAlertsMuteEachOther() {
        assertThat(alerts.stream()
                        .flatMap(one -> alerts.stream()
                                .filter(other -> mutes(one, other) && mutes(other, one))
                                .map(other -> one.name() + " and " + other.name())))
                .isEmpty();
        assertThat(alerts.stream().filter(one -> alerts.stream().anyMatch(other -> mutes(one, other))))
                .hasSizeGreaterThan(8);
    }

    @Test
    void noTicketMutesAPage() {
        assertThat(alerts.stream()
                        .filter(one -> one.severity().equals("ticket"))
                        .flatMap(one -> alerts.stream()
                                .filter(other -> other.severity().equals("page") && mutes(one, other))
                                .map(other -> one.name() + " mutes " + other.name())))
                .isEmpty();
    }

    /** A name that is misspelt, or gone, would mute nothing. */
    @Test
    void everySideOfEveryRuleMatchesAnAlert() {
        for (Inhibition inhibition : inhibitions) {
            for (String side : List.of("source_matchers", "target_matchers")) {
                for (JsonNode text : inhibition.rule().path(side)) {
                    Matcher matcher = MATCHER.matcher(text.asText());
                    assertThat(matcher.matches()).isTrue();
                    if (matcher.group(1).equals("alertname")) {
                        assertThat(matcher.group(3).split("\\|(?![^(]*\\))"))
                                .allSatisfy(name -> assertThat(alerts)
                                        .as("alerts like %s", name)
                                        .anyMatch(alert -> alert.name().matches(name)));
                    }
                }
                assertThat(alerts).as("%s", inhibition).anyMatch(alert -> inhibition.matches(side, alert));
            }
        }
    }
}
