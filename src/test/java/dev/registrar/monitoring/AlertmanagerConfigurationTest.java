package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.registrar.monitoring.RuleFiles.Alert;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of {@code prometheus/alertmanager.yml} by which one alert mutes another. */
class AlertmanagerConfigurationTest {

    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\"?([^\"]*)\"?");

    private static final Pattern PER_INSTANCE = Pattern.compile("up\\{|job_instance|\\w+ by \\([^)]*\\binstance\\b");

    /** What a label may be that comes from the series, or from a template. */
    private static final String ANYTHING = "?";

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
                if (!matches && !value.equals(ANYTHING)) {
                    return false;
                }
            }
            return true;
        }

        private static String label(Alert alert, String name) {
            String value = alert.rule().path("labels").path(name).asText(ANYTHING);
            return value.contains("{{") ? ANYTHING : value;
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

    /** Registrations do not fail for want of a message: their failures have another cause. */
    @ParameterizedTest
    @CsvSource({"email, false", "sms, false", "payment, true", "profile, true"})
    void onlyARefusalByAServiceThatRegistrationsNeedMutesTheirPages(String service, boolean mutes) {
        Alert refused = alert("RegistrarCredentialsRefused");
        ObjectNode rule = refused.rule().deepCopy();
        rule.withObject("/labels").put("service", service);
        Alert source = new Alert(refused.name(), rule);

        for (String target :
                List.of("RegistrarSuccessBurn1h", "RegistrarLatencyBurn6h", "RegistrarRegistrationsDelayed")) {
            assertThat(mutes(source, alert(target))).as(target).isEqualTo(mutes);
        }
        assertThat(mutes(source, alert("RegistrarRetriesExhausted"))).isTrue();
    }

    private Alert alert(String name) {
        return alerts.stream()
                .filter(alert -> alert.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A paused worker, or a full pool, explains nothing of the other instances. */
    @Test
    void anAlertOfOneInstanceMutesOnlyThoseOfTheSameInstance() {
        for (Inhibition inhibition : inhibitions) {
            List<String> sources = alerts.stream()
                    .filter(alert -> inhibition.matches("source_matchers", alert))
                    .filter(alert -> PER_INSTANCE
                            .matcher(alert.rule().path("expr").asText().strip())
                            .lookingAt())
                    .map(Alert::name)
                    .toList();
            List<String> equal = new ArrayList<>();
            inhibition.rule().path("equal").forEach(label -> equal.add(label.asText()));

            // No alert of one instance is about a service.
            assertThat(sources.isEmpty() || equal.contains("instance") || equal.contains("service"))
                    .as("%s mute by %s", sources, equal)
                    .isTrue();
        }
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
