package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the numbers of the first dashboard show in a bad hour, computed by Prometheus from the shipped rules. */
class FirstRowTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** An hour of scrapes: labels of a series, and how it grows or stays. */
    private static final Map<String, String> BAD_HOUR = Map.ofEntries(
            Map.entry("registrar_registrations_ended_total{INSTANCE,status=\"COMPLETED\"}", "0+99x120"),
            Map.entry("registrar_registrations_ended_total{INSTANCE,status=\"FAILED\"}", "0+3x120"),
            Map.entry("registrar_registrations_ended_total{INSTANCE,status=\"CANCELLED\"}", "0+5x120"),
            Map.entry(
                    "registrar_call_seconds_count{INSTANCE,service=\"payment\",operation=\"charge\",outcome=\"declined\"}",
                    "0+2x120"),
            Map.entry("registrar_money_at_risk{INSTANCE,currency=\"USD\"}", "499x120"),
            Map.entry("registrar_money_at_risk{INSTANCE,currency=\"JPY\"}", "300000x120"),
            Map.entry("registrar_oldest_in_flight_seconds{INSTANCE}", "1000x120"),
            Map.entry("registrar_worker_paused{INSTANCE}", "1x120"),
            Map.entry("resilience4j_circuitbreaker_state{INSTANCE,name=\"email\",state=\"closed\"}", "1x120"),
            Map.entry("resilience4j_circuitbreaker_state{INSTANCE,name=\"email\",state=\"open\"}", "0x120"),
            Map.entry("resilience4j_circuitbreaker_state{INSTANCE,name=\"sms\",state=\"forced_open\"}", "1x120"),
            Map.entry(
                    "resilience4j_circuitbreaker_state{job=\"registrar\",instance=\"b\",name=\"sms\",state=\"open\"}",
                    "1x120"),
            Map.entry("up{INSTANCE}", "1x120"));

    /** Of the alerts that fire then, these two are looked at. */
    private static final String EXPECTED_ALERTS = "RegistrarMoneyAtRisk|RegistrarRegistrationsDelayed";

    @TempDir
    Path scratch;

    /** The expression of a panel, rounded. */
    private static String panel(String title, int target) {
        JsonNode targets = Dashboard.in(Path.of("grafana", "dashboards")).stream()
                .filter(dashboard -> dashboard.uid().equals("registrar-registrations"))
                .flatMap(dashboard -> dashboard.panels().stream())
                .filter(panel -> panel.path("title").asText().equals(title))
                .findFirst()
                .orElseThrow()
                .path("targets");
        String expression = targets.path(target)
                .path("expr")
                .asText()
                .replace("$instance", ".+")
                .replace("$job", "registrar")
                .replace("ALERTS{", "ALERTS{alertname=~\"" + EXPECTED_ALERTS + "\",");
        return "round((" + expression + "), 0.001)";
    }

    private static Map<String, Object> shows(String title, int target, Map<String, Double> samples) {
        return Map.of(
                "expr",
                panel(title, target),
                "eval_time",
                "1h",
                "exp_samples",
                samples.entrySet().stream()
                        .map(sample -> Map.of("labels", sample.getKey(), "value", sample.getValue()))
                        .toList());
    }

    private static Map<String, Object> shows(String title, int target, double value) {
        return shows(title, target, Map.of("{}", value));
    }

    private Promtool.Result run(List<Map<String, Object>> looks) throws IOException {
        List<Map<String, String>> series = BAD_HOUR.entrySet().stream()
                .map(entry -> Map.of(
                        "series",
                        entry.getKey().replace("INSTANCE", "job=\"registrar\",instance=\"a\""),
                        "values",
                        entry.getValue()))
                .toList();
        Path file = scratch.resolve("first_row.yml");
        YAML.writeValue(
                file.toFile(),
                Map.of(
                        "rule_files",
                        List.of(rules("recording.yml"), rules("alerts.yml")),
                        "evaluation_interval",
                        "30s",
                        "tests",
                        List.of(Map.of("interval", "30s", "input_series", series, "promql_expr_test", looks))));
        return Promtool.run(scratch, List.of("test", "rules", file.toString()));
    }

    private static String rules(String name) {
        return RuleFiles.FOLDER.resolve("rules").resolve(name).toAbsolutePath().toString();
    }

    /** 99 succeed, one fails, two are declined and five cancelled: 1 % is bad, twice what the objective allows. */
    @Test
    void numbersOfABadHourAreThoseOfTheRules() throws IOException {
        Promtool.require();
        List<Map<String, Object>> looks = new ArrayList<>();
        looks.add(shows("Firing alerts", 0, 1));
        looks.add(shows("Firing alerts", 1, 1));
        looks.add(shows("Error budget left", 0, -1.0));
        looks.add(shows("Success ratio", 0, 0.99));
        looks.add(shows("Ends by share", 1, 0.99));
        looks.add(shows("Money at risk", 0, Map.of("{currency=\"USD\"}", 499.0, "{currency=\"JPY\"}", 300_000.0)));
        looks.add(shows("Money at risk", 1, Map.of("{currency=\"USD\"}", 0.499, "{currency=\"JPY\"}", 2.0)));
        looks.add(shows("Open breakers", 0, 1));
        looks.add(shows("Oldest in flight", 0, 1_000));
        looks.add(shows("Paused workers", 0, 1));
        looks.add(shows(
                "Alerts",
                0,
                Map.of(
                        "{alertname=\"RegistrarRegistrationsDelayed\"}",
                        1.0,
                        "{alertname=\"RegistrarMoneyAtRisk\"}",
                        2.0)));

        Promtool.Result result = run(looks);

        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void anotherNumberIsRefused() throws IOException {
        Promtool.require();

        Promtool.Result result = run(List.of(shows("Error budget left", 0, -0.9)));

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.output()).contains("-1E+00");
    }
}
