package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.registrar.monitoring.RuleFiles.Alert;
import dev.registrar.monitoring.RuleFiles.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PrometheusRulesTest {

    private static final Path ALERT_PAGE = Path.of("docs", "alerts.md");
    private static final List<Dashboard> DASHBOARDS = Dashboard.in(Path.of("grafana", "dashboards"));
    private static final Pattern DASHBOARD_LINK =
            Pattern.compile("\\{\\{ \\$externalLabels\\.grafana }}/d/([a-z-]+)\\?viewPanel=(\\d+)");
    private static final Pattern RECORDING = Pattern.compile("[a-z_]+:[a-z0-9_]+:[a-z0-9_]+");
    private static final Pattern USED = Pattern.compile("\\b[a-z_]+:[a-z0-9_]+:[a-z0-9_]+");
    private static final String OVER_DATABASE = "registrar_(?:registrations_in_flight|oldest_in_flight_seconds"
            + "|open_compensations|oldest_open_compensation_seconds|money_at_risk|replay_batches_running|replay_idle_seconds|invariant_violations|registrations_unmoved)";
    /** Not within the name of a recording rule. */
    private static final Pattern DATABASE_GAUGE = Pattern.compile("(?<!:)\\b" + OVER_DATABASE + "\\b(?!:)");

    private static final Pattern GREATEST_OF_GAUGE = Pattern.compile("max by \\([^)]*\\) \\(" + OVER_DATABASE + "\\b");

    @TestFactory
    Stream<DynamicTest> everyAlertTellsWhereToLook() throws IOException {
        List<String> sections = Files.readAllLines(ALERT_PAGE).stream()
                .filter(line -> line.startsWith("## "))
                .toList();
        return each(alert -> {
            assertThat(alert.name()).startsWith("Registrar");
            assertThat(alert.severity()).isIn("page", "ticket");
            assertThat(alert.annotation("summary")).isNotBlank();
            assertThat(alert.annotation("description")).isNotBlank();
            assertThat(panelOf(alert)).isEqualTo(alert.annotation("panel")).isNotBlank();
            assertThat(alert.annotation("runbook_url"))
                    .isEqualTo("{{ $externalLabels.runbooks }}/alerts.md#"
                            + alert.name().toLowerCase(Locale.ROOT));
            assertThat(alert.annotation("console"))
                    .matches(
                            "\\{\\{ \\$externalLabels\\.console }}#/(now|failures|registrations|compensations|batches|services"
                                    + "|workers|reconcile|audit)(\\?.+)?");
            assertThat(sections).containsOnlyOnce("## " + alert.name());
        });
    }

    /** The title of the panel that its link leads to. */
    private static String panelOf(Alert alert) {
        Matcher link = DASHBOARD_LINK.matcher(alert.annotation("dashboard"));
        assertThat(link.matches()).as(alert.annotation("dashboard")).isTrue();
        return DASHBOARDS.stream()
                .filter(dashboard -> dashboard.uid().equals(link.group(1)))
                .flatMap(dashboard -> dashboard.panels().stream())
                .filter(panel -> panel.path("id").asText().equals(link.group(2)))
                .map(panel -> panel.path("title").asText())
                .findAny()
                .orElse("no panel " + link.group(2) + " on " + link.group(1));
    }

    @Test
    void everyLabelThatALinkBeginsWithIsSetOnce() throws IOException {
        JsonNode labels = new YAMLMapper()
                .readTree(RuleFiles.FOLDER.resolve("prometheus.yml").toFile())
                .path("global")
                .path("external_labels");

        for (String used : List.of("runbooks", "grafana", "console")) {
            assertThat(labels.path(used).asText()).as(used).matches("https?://.+");
        }
        assertThat(RuleFiles.alerts())
                .allSatisfy(alert -> assertThat(Pattern.compile("externalLabels\\.(\\w+)")
                                .matcher(alert.rule().toString())
                                .results()
                                .map(found -> found.group(1)))
                        .containsOnly("runbooks", "grafana", "console"));
    }

    /** increase() extrapolates: what it returns is for comparing with 0, not for a text. */
    @Test
    void noTextCountsWhatIsExtrapolated() {
        assertThat(RuleFiles.alerts())
                .filteredOn(alert -> alert.annotation("description").contains("$value"))
                .extracting(alert -> alert.rule().path("expr").asText())
                .noneMatch(expression -> expression.contains("increase"));
        assertThat(RuleFiles.alerts())
                .noneMatch(alert -> alert.annotation("description").contains("About"));
    }

    @Test
    void thePageHasNoSectionOfAnAlertThatIsGone() throws IOException {
        Set<String> sections = Files.readAllLines(ALERT_PAGE).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(sections)
                .containsExactlyInAnyOrderElementsOf(
                        RuleFiles.alerts().stream().map(Alert::name).toList());
    }

    @TestFactory
    Stream<DynamicTest> everyAlertIsTestedToStayQuietToFireAndToClear() {
        List<List<Look>> groups = RuleFiles.looks();
        return each(alert -> assertThat(groups)
                .as("a test group in which %s is quiet, fires and is quiet again", alert.name())
                .anyMatch(looks -> quietFiringQuiet(looks.stream()
                        .filter(look -> look.alert().equals(alert.name()))
                        .toList())));
    }

    @TestFactory
    Stream<DynamicTest> everyAlertHasLooksBesideThoseOfFiringAndClearing() {
        List<List<Look>> groups = RuleFiles.looks();
        return each(alert -> assertThat(groups.stream()
                        .flatMap(List::stream)
                        .filter(look -> look.alert().equals(alert.name()))
                        .count())
                .as("looks of %s beside those of firing and clearing", alert.name())
                .isGreaterThan(3));
    }

    @Test
    void recordingRulesAreNamedByLevelMetricAndOperations() {
        assertThat(RuleFiles.recordings())
                .allSatisfy(rule -> assertThat(rule.path("record").asText()).matches(RECORDING));
    }

    @Test
    void alertsUseOnlyRecordingRulesThatExist() {
        Set<String> records = RuleFiles.recordings().stream()
                .map(rule -> rule.path("record").asText())
                .collect(Collectors.toSet());

        assertThat(expressions()
                        .flatMap(
                                expression -> USED.matcher(expression).results().map(used -> used.group())))
                .isNotEmpty()
                .allMatch(records::contains);
    }

    @Test
    void gaugesOverTheDatabaseAreNeverAddedUp() {
        long used = expressions()
                .flatMap(expression -> DATABASE_GAUGE.matcher(expression).results())
                .count();
        long greatest = expressions()
                .flatMap(expression -> GREATEST_OF_GAUGE.matcher(expression).results())
                .count();

        assertThat(greatest).isEqualTo(used).isEqualTo(9);
    }

    @Test
    void noExpressionHoldsAnAlertUpByAConstant() {
        assertThat(expressions()).noneMatch(expression -> expression.contains("vector("));
        assertThat(RuleFiles.alerts().stream()
                        .filter(alert -> alert.rule().path("expr").asText().contains("absent"))
                        .map(Alert::name))
                .containsExactly("RegistrarDown");
    }

    private static boolean quietFiringQuiet(List<Look> looks) {
        List<Boolean> fires = looks.stream().map(Look::fires).toList();
        int first = fires.indexOf(true);
        return first > 0 && fires.subList(first, fires.size()).contains(false);
    }

    private static Stream<String> expressions() {
        return Stream.concat(
                        RuleFiles.recordings().stream(),
                        RuleFiles.alerts().stream().map(Alert::rule))
                .map(rule -> rule.path("expr").asText());
    }

    private interface Check {

        void of(Alert alert);
    }

    private static Stream<DynamicTest> each(Check check) {
        List<Alert> alerts = RuleFiles.alerts();
        assertThat(alerts).hasSizeGreaterThan(30);
        return alerts.stream().map(alert -> DynamicTest.dynamicTest(alert.name(), () -> check.of(alert)));
    }
}
