package dev.registrar.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents for people on call lead to is there. */
class OperatorDocumentsTest {

    private static final Path DOCS = Path.of("docs");

    /** `Dashboard › Panel`. */
    private static final Pattern PANEL = Pattern.compile("`([^`›]+) › ([^`]+)`");

    private static final Pattern LINK = Pattern.compile("\\]\\(([a-z-]*(?:\\.md)?)#([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern FORCED_OPEN =
            Pattern.compile("circuit-breakers\\?service=([a-z-]+)&action=force-open");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<MatchResult> all(Pattern pattern, String text) {
        // A line may be wrapped inside of a name.
        return pattern.matcher(pattern == HEADING ? text : text.replace('\n', ' '))
                .results()
                .toList();
    }

    /** As GitHub and most renderers name a heading. */
    private static Set<String> anchors(Path file) {
        return all(HEADING, read(file)).stream()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"alerts.md", "runbook.md"})
    void everyPanelThatIsNamedIsOnItsDashboard(String document) {
        Set<List<String>> panels = Dashboard.in(Path.of("grafana", "dashboards")).stream()
                .flatMap(dashboard -> dashboard.panels().stream()
                        .map(panel ->
                                List.of(dashboard.title(), panel.path("title").asText())))
                .collect(Collectors.toSet());
        List<List<String>> named = all(PANEL, read(DOCS.resolve(document))).stream()
                .map(panel -> List.of(panel.group(1), panel.group(2)))
                .toList();

        assertThat(named).isNotEmpty().allMatch(panels::contains);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alerts.md", "runbook.md"})
    void everySectionThatIsLinkedToExists(String document) {
        Function<String, Path> file = name -> DOCS.resolve(name.isEmpty() ? document : name);

        assertThat(all(LINK, read(DOCS.resolve(document))))
                .isNotEmpty()
                .allSatisfy(
                        link -> assertThat(anchors(file.apply(link.group(1)))).contains(link.group(2)));
    }

    @Test
    void everyAlertPointsToASectionOfTheAlertsPage() {
        Set<String> anchors = anchors(DOCS.resolve("alerts.md"));

        assertThat(RuleFiles.alerts())
                .allSatisfy(alert -> assertThat(anchors)
                        .contains(alert.annotation("runbook_url").replaceFirst(".*#", "")));
    }

    /** With its lookups or refunds blocked, money that was charged would stay at risk, or look so. */
    @ParameterizedTest
    @ValueSource(strings = {"alerts.md", "runbook.md"})
    void onlyNewChargesAndProfilesAreEverHeldBack(String document) {
        assertThat(all(FORCED_OPEN, read(DOCS.resolve(document))))
                .isNotEmpty()
                .extracting(found -> found.group(1))
                .isSubsetOf("payment-charge", "profile");
    }
}
