package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.AttemptFailure;
import dev.registrar.model.Step;
import dev.registrar.temporal.PayloadJson;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepReportTest {

    /** As 0.1.0 and the first 0.2.0 wrote it. */
    private static final String OLD =
            "[{\"name\":\"payment\",\"status\":\"SUCCEEDED\",\"attempts\":3,\"startedAt\":null,\"finishedAt\":null,"
                    + "\"reference\":\"tx_1\"}]";

    private final JsonColumns json = new JsonColumns(PayloadJson.mapper());

    @Test
    void rowWithoutFailuresIsReadAndWrittenAsBefore() {
        List<StepReport> steps = json.list(OLD, StepReport.class);

        assertThat(steps).containsExactly(new StepReport(Step.PAYMENT, StepStatus.SUCCEEDED, 3, null, null, "tx_1"));
        assertThat(steps.get(0).failures()).isEmpty();
        assertThat(json.write(steps)).isEqualTo(OLD);
    }

    @Test
    void failuresAreWrittenAndReadAgain() {
        AttemptFailure failure = AttemptFailure.unknown(1, Instant.parse("2026-11-27T21:45:00Z"));
        StepReport step = StepReport.pending(Step.SMS).with(failure);

        assertThat(json.list(json.write(List.of(step)), StepReport.class)).containsExactly(step);
        assertThat(step.failures()).containsExactly(failure);
    }
}
