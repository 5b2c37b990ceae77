package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallMonitor.WaitReason;
import dev.registrar.compensation.UndoAction;
import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.metrics.Metric;
import dev.registrar.model.Step;
import dev.registrar.reconcile.Finding.FindingKind;
import dev.registrar.store.Batches;
import dev.registrar.store.RegistrationStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The declared metrics. Package {@code metrics} depends on no other, so its tag values are compared with theirs here.
 * After an intended change, {@code mvn test -Dtest=MetricVocabularyTest -Dmetrics.write=true} writes the tables of the
 * documentation.
 */
class MetricVocabularyTest {

    private static final Path DOCUMENT = Path.of("docs", "metrics.md");

    @Test
    void documentListsTheDeclaredMetrics() throws IOException {
        String written = Files.readString(DOCUMENT);
        String generated = withTable(withTable(written, metricsTable()), valuesTable());
        if (Boolean.getBoolean("metrics.write")) {
            Files.writeString(DOCUMENT, generated);
        }

        assertThat(Files.readString(DOCUMENT)).isEqualTo(generated);
    }

    /** Replaces the table with the same header. */
    private static String withTable(String document, List<String> table) {
        Pattern old = Pattern.compile(Pattern.quote(table.get(0) + "\n") + "(\\|.*\n)*");
        assertThat(old.matcher(document).results()).hasSize(1);
        return old.matcher(document).replaceFirst(Matcher.quoteReplacement(String.join("\n", table) + "\n"));
    }

    private static List<String> metricsTable() {
        List<String> rows = new ArrayList<>(List.of("| metric | type | labels | meaning |", "|---|---|---|---|"));
        for (Metric metric : Metric.values()) {
            String labels =
                    metric.tags().stream().map(tag -> "`" + tag.key() + "`").collect(Collectors.joining(", "));
            rows.add("| `%s` | %s | %s | %s |"
                    .formatted(
                            prometheusName(metric),
                            metric.type().prometheus(),
                            labels.isEmpty() ? "–" : labels,
                            metric.help()));
        }
        return rows;
    }

    private static String prometheusName(Metric metric) {
        String unit = metric.type().unit().isEmpty() ? "" : "_" + metric.type().unit();
        return metric.id().replace('.', '_') + unit + (metric.type() == Metric.Type.COUNTER ? "_total" : "");
    }

    private static List<String> valuesTable() {
        List<String> rows = new ArrayList<>(List.of("| label | values |", "|---|---|"));
        Arrays.stream(Metric.values())
                .flatMap(metric -> metric.tags().stream())
                .distinct()
                .map(tag -> "| `%s`%s | %s |"
                        .formatted(
                                tag.key(),
                                tag.subject().isEmpty() ? "" : " " + tag.subject(),
                                tag.values().isEmpty() ? tag.note() : "`" + String.join(", ", tag.values()) + "`"))
                .forEach(rows::add);
        return rows;
    }

    @Test
    void callOutcomesAreThoseOfCalls() {
        assertThat(Metric.Tag.CALL_OUTCOME.values())
                .containsExactlyElementsOf(lower(CallOutcome.values()).toList());
    }

    private static Stream<String> lower(Enum<?>[] values) {
        return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void servicesAreTheSteps() {
        assertThat(Metric.Tag.SERVICE.values())
                .containsExactlyElementsOf(
                        Arrays.stream(Step.values()).map(Step::code).toList());
    }

    /** A call in progress is reported as a wait too, but it is measured as a call. */
    @Test
    void waitReasonsAreThoseOfWaitsBetweenCalls() {
        assertThat(Metric.Tag.WAIT_REASON.values())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(WaitReason.values())
                        .filter(reason -> !reason.underWay())
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void endsAreTheStatusesThatSettle() {
        assertThat(Metric.Tag.END_STATUS.values())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RegistrationStatus.values())
                        .filter(RegistrationStatus::settled)
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void unfinishedAreTheStatusesThatHaveNotEnded() {
        assertThat(Metric.Tag.UNFINISHED_STATUS.values())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RegistrationStatus.values())
                        .filter(status -> !status.ended())
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void undoActionsAreThoseOfTheLedger() {
        assertThat(Metric.Tag.UNDO_ACTION.values())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(UndoAction.values()).map(UndoAction::code).toList());
    }

    /** Items that were never attempted have no outcome. */
    @Test
    void itemOutcomesAreTheResultsOfItemsThatWereTried() {
        assertThat(Metric.Tag.ITEM_OUTCOME.values())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Batches.Result.values())
                        .filter(result -> result != Batches.Result.ALREADY_CLOSED && result != Batches.Result.CANCELLED)
                        .map(result -> result.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void reconcileFindingsAreItsKinds() {
        assertThat(Metric.Tag.RECONCILE_FINDING.values())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(FindingKind.values())
                        .map(FindingKind::code)
                        .toList());
    }
}
