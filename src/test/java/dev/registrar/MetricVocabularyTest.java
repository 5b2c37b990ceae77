package dev.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallMonitor.WaitReason;
import dev.registrar.compensation.ReplayResult;
import dev.registrar.compensation.UndoAction;
import dev.registrar.metrics.MetricNames;
import dev.registrar.model.Step;
import dev.registrar.reconcile.FindingKind;
import dev.registrar.store.RegistrationStatus;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The room of metrics knows no other room: what it lists has to be what the others say. */
class MetricVocabularyTest {

    private static Stream<String> lower(Enum<?>[] values) {
        return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void servicesAreTheSteps() {
        assertThat(MetricNames.SERVICES)
                .containsExactlyElementsOf(
                        Arrays.stream(Step.values()).map(Step::code).toList());
    }

    @Test
    void waitReasonsAreThoseOfCalls() {
        assertThat(MetricNames.WAIT_REASONS)
                .containsExactlyInAnyOrderElementsOf(lower(WaitReason.values()).toList());
    }

    @Test
    void endsAreTheStatusesThatSettle() {
        assertThat(MetricNames.ENDS)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RegistrationStatus.values())
                        .filter(RegistrationStatus::settled)
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void unfinishedAreTheStatusesThatHaveNotEnded() {
        assertThat(MetricNames.UNFINISHED)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RegistrationStatus.values())
                        .filter(status -> !status.ended())
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void undoActionsAreThoseOfTheLedger() {
        assertThat(MetricNames.UNDO_ACTIONS)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(UndoAction.values()).map(UndoAction::code).toList());
    }

    @Test
    void itemOutcomesAreTheResultsOfReplays() {
        assertThat(MetricNames.ITEM_OUTCOMES)
                .containsExactlyInAnyOrderElementsOf(
                        lower(ReplayResult.values()).toList());
    }

    @Test
    void reconcileFindingsAreItsKinds() {
        assertThat(MetricNames.RECONCILE_FINDING_VALUES)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(FindingKind.values())
                        .map(FindingKind::code)
                        .toList());
    }
}
