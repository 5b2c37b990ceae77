package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.registrar.monitoring.Finding.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DashboardRulesTest {

    private static final Path DOCUMENT = Path.of("docs", "metrics.md");
    private static final List<Dashboard> SHIPPED = Dashboard.in(Path.of("grafana", "dashboards"));

    /** Violates every rule of {@link Rule}. */
    private static final String PLANTED = """
            {
              "uid": "something-else", "id": 7, "title": "Planted", "schemaVersion": 16, "editable": true,
              "annotations": {"list": []},
              "links": [{"type": "link", "url": "/d/registrar-gone", "includeVars": false, "keepTime": true}],
              "templating": {"list": [
                {"name": "datasource", "type": "datasource", "query": "loki"},
                {"name": "job", "type": "query", "datasource": {"uid": "${datasource}"}, "multi": true, "includeAll": true,
                 "allValue": ".*", "refresh": 2, "query": {"query": "label_values(registrar_build, job)"}},
                {"name": "instance", "type": "query", "datasource": {"uid": "${datasource}"}, "multi": true,
                 "includeAll": true, "allValue": ".+", "refresh": 2,
                 "query": {"query": "label_values(registrar_build, instance)"}}
              ]},
              "panels": [
                {"id": 1, "type": "timeseries", "title": "", "description": "Some numbers.",
                 "datasource": {"uid": "prometheus-1"}, "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
                 "fieldConfig": {"defaults": {"unit": "smoots"}},
                 "targets": [
                   {"refId": "A", "legendFormat": "x", "datasource": {"uid": "prometheus-1"},
                    "expr": "sum(registrar_registrations_accepted_total{job=~\\"$job\\"})"},
                   {"refId": "B", "legendFormat": "x", "datasource": {"uid": "${datasource}"},
                    "expr": "rate(registrar_retries_total{job=~\\"$job\\",instance=~\\"$instance\\"}[5m])"},
                   {"refId": "C", "legendFormat": "x", "datasource": {"uid": "${datasource}"},
                    "expr": "increase(registrar_gauges_age_seconds{job=~\\"$job\\",instance=~\\"$instance\\"}[$__rate_interval])"}
                 ]},
                {"id": 1, "type": "stat", "title": "Second", "description": "Does it?",
                 "datasource": {"uid": "${datasource}"}, "gridPos": {"x": 8, "y": 4, "w": 8, "h": 8},
                 "fieldConfig": {"defaults": {"unit": "s", "links": [
                   {"title": "Console", "url": "${console:raw}#/workers"},
                   {"title": "Runbook", "url": "${runbooks:raw}/alerts.md#registrargone"}]}},
                 "targets": [
                   {"refId": "A", "legendFormat": "", "datasource": {"uid": "${datasource}"},
                    "expr": "histogram_quantile(0.9, sum by (service) (rate(registrar_call_seconds_bucket{job=~\\"$job\\",instance=~\\"$instance\\"}[$__rate_interval])))"},
                   {"refId": "B", "legendFormat": "x", "datasource": {"uid": "${datasource}"},
                    "expr": "sum(registrar_money_at_risk{job=~\\"$job\\",instance=~\\"$instance\\"})"},
                   {"refId": "C", "legendFormat": "x", "datasource": {"uid": "${datasource}"},
                    "expr": "registrar_invented{job=~\\"$job\\",instance=~\\"$instance\\"}"}
                 ]}
              ]
            }
            """;

    private final String document = read(DOCUMENT);
    private final QueryRules queryRules = new QueryRules(
            MetricVocabulary.of(document),
            RuleFiles.recordings().stream()
                    .map(rule -> rule.path("record").asText())
                    .collect(Collectors.toSet()));
    private final Set<String> sections = read(Path.of("docs", "alerts.md"))
            .lines()
            .filter(line -> line.startsWith("## "))
            .map(line -> "#" + line.substring(3).toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());

    @TempDir
    Path scratch;

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<Finding> check(Dashboard dashboard) {
        Set<String> uids = SHIPPED.stream().map(Dashboard::uid).collect(Collectors.toSet());
        List<Finding> findings = new ArrayList<>(ShapeRules.check(dashboard, uids, sections));
        findings.addAll(queryRules.check(dashboard));
        return findings;
    }

    @Test
    void shippedDashboardsBreakNoRule() {
        assertThat(SHIPPED.stream().map(Dashboard::uid))
                .containsExactlyInAnyOrder(
                        "registrar-registrations", "registrar-services", "registrar-temporal", "registrar-service");

        assertThat(SHIPPED.stream().flatMap(dashboard -> check(dashboard).stream()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void ruleFindsWhatIsPlanted(Rule rule) {
        List<Finding> findings = check(Dashboard.of("planted", PLANTED));

        assertThat(findings).extracting(Finding::rule).contains(rule);
    }

    @Test
    void everyQueryIsReadForTheMetricsInIt() {
        assertThat(
                        Selector.in(
                                "a / on (job) group_left () (b{x=\"{(\"} unless c offset 5m) > bool 0.5 or max by (le, d) (rate(e[1m]))"))
                .containsExactly(
                        new Selector("a", "", "", List.of()),
                        new Selector("b", "{x=\"{(\"}", "", List.of()),
                        new Selector("c", "", "", List.of()),
                        new Selector("e", "", "[1m]", List.of("max by (le, d)", "rate")));
    }

    @Test
    void vocabularyIsReadFromTheDocument() {
        MetricVocabulary vocabulary = MetricVocabulary.of(document);

        assertThat(vocabulary.own()).hasSizeGreaterThan(25).containsEntry("registrar_call_seconds", "histogram");
        assertThat(vocabulary.standing()).hasSize(7).contains("registrar_money_at_risk");
        assertThat(vocabulary.libraries()).contains("temporal_", "jvm_", "log_events_total");
        assertThat(vocabulary.knows("registrar_call_seconds_max")).isTrue();
        assertThat(vocabulary.knows("registrar_call_seconds")).isTrue();
        assertThat(vocabulary.knows("registrar_retries_count")).isFalse();
        assertThat(vocabulary.isCounter("temporal_workflow_active_thread_count"))
                .isFalse();
    }

    @Test
    void documentSaysWhichQuestionEachPanelAnswers() {
        assertThat(PanelQuestions.written(document))
                .containsExactlyInAnyOrderElementsOf(PanelQuestions.wanted(SHIPPED));
    }

    /** The first row shows orange and red where the alerts fire, and counts success as they do. */
    @Test
    void thresholdsOfTheFirstRowAreTheAlertsOwn() {
        Dashboard first = SHIPPED.stream()
                .filter(dashboard -> dashboard.uid().equals("registrar-registrations"))
                .findFirst()
                .orElseThrow();
        String age = "job:registrar_oldest_in_flight_seconds:max";
        List<Double> limits = alertLimits(Pattern.compile(age + " > (\\d+)"));
        List<Double> allowed =
                alertLimits(Pattern.compile("job:registrar_registrations_bad:\\w+ > [\\d.]+ \\* (0\\.\\d+)"));

        assertThat(limits).hasSize(2);
        assertThat(thresholds(first, "Oldest in flight")).containsExactlyElementsOf(limits);
        assertThat(thresholds(first, "Age of the oldest in flight")).containsExactlyElementsOf(limits);
        assertThat(expression(first, "Oldest in flight")).contains(age + "{");
        assertThat(allowed).hasSize(1);
        assertThat(expression(first, "Error budget left")).endsWith(" / " + allowed.get(0));
        assertThat(thresholds(first, "Success ratio")).contains(1 - allowed.get(0));
        assertThat(expression(first, "Success ratio")).contains("job:registrar_registrations_bad:ratio_rate1h{");
    }

    private static List<Double> alertLimits(Pattern limit) {
        return RuleFiles.alerts().stream()
                .flatMap(alert ->
                        limit.matcher(alert.rule().path("expr").asText()).results())
                .map(match -> Double.valueOf(match.group(1)))
                .distinct()
                .sorted()
                .toList();
    }

    private static JsonNode panel(Dashboard dashboard, String title) {
        return dashboard.panels().stream()
                .filter(panel -> panel.path("title").asText().equals(title))
                .findFirst()
                .orElseThrow();
    }

    private static String expression(Dashboard dashboard, String title) {
        return panel(dashboard, title).at("/targets/0/expr").asText();
    }

    /** Without the first, which has no value. */
    private static List<Double> thresholds(Dashboard dashboard, String title) {
        List<Double> values = new ArrayList<>();
        panel(dashboard, title).at("/fieldConfig/defaults/thresholds/steps").forEach(step -> {
            if (step.path("value").isNumber()) {
                values.add(step.path("value").asDouble());
            }
        });
        return values;
    }

    @Test
    void prometheusParsesEveryQuery() {
        Promtool.require();
        List<Dashboard.Query> queries = SHIPPED.stream()
                .flatMap(dashboard -> dashboard.queries().stream())
                .toList();

        assertThat(queries).hasSizeGreaterThan(100);
        assertThat(queries).extracting(Dashboard.Query::resolved).noneMatch(text -> text.contains("$"));
        assertThat(PromtoolCheck.complaints(scratch, queries)).isEmpty();
    }

    @Test
    void prometheusRefusesAPlantedQuery() {
        Promtool.require();
        Dashboard.Query good = SHIPPED.get(0).queries().get(0);
        Dashboard.Query bad = new Dashboard.Query("planted", good.expression() + " by (status) +", good.datasource());

        assertThat(PromtoolCheck.complaints(scratch, List.of(good))).isEmpty();
        assertThat(PromtoolCheck.complaints(scratch, List.of(good, bad))).contains("could not parse expression");
    }

    @Test
    void emptyDashboardBreaksOnlyTheRulesOnWhatHasToBeThere() {
        // Rules that always report something would pass the test of planted violations too.
        Set<Rule> found = new TreeSet<>();
        check(Dashboard.of("planted", "{\"panels\": []}")).forEach(finding -> found.add(finding.rule()));

        assertThat(found)
                .containsExactly(
                        Rule.DATASOURCE_VARIABLE,
                        Rule.JOB_VARIABLE,
                        Rule.INSTANCE_VARIABLE,
                        Rule.READ_ONLY,
                        Rule.UID,
                        Rule.LINKS,
                        Rule.ANNOTATIONS);
    }
}
