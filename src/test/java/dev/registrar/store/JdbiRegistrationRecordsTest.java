package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationRecords.Outcome;
import dev.registrar.store.RegistrationRecords.OutcomeAnswer;
import dev.registrar.store.RegistrationRecords.Progress;
import dev.registrar.temporal.PayloadJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdbiRegistrationRecordsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant LATER = Rows.NOW.plusSeconds(10);

    private final Map<RegistrationId, RegistrationStatus> told = new ConcurrentHashMap<>();
    private Rows rows;
    private TestActivityEnvironment environment;
    private RegistrationRecords records;

    @BeforeEach
    void open() {
        rows = new Rows(DATABASE.jdbi());
        environment = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(DefaultDataConverter.newDefaultInstance()
                                .withPayloadConverterOverrides(new JacksonJsonPayloadConverter(PayloadJson.mapper())))
                        .build())
                .build());
        environment.registerActivitiesImplementations(new JdbiRegistrationRecords(
                DATABASE.jdbi(), Rows.json(), new RegistrarMeters(new SimpleMeterRegistry()), told::put));
        records = environment.newActivityStub(RegistrationRecords.class);
    }

    @AfterEach
    void close() {
        environment.close();
    }

    private static List<StepReport> steps(StepStatus status) {
        return Arrays.stream(Step.values())
                .map(step -> new StepReport(step, status, 1, Rows.NOW, Rows.NOW, "ref"))
                .toList();
    }

    private OutcomeAnswer end(RegistrationId id, RegistrationStatus status) {
        return records.recordOutcome(new Outcome(id, status, steps(StepStatus.SUCCEEDED), List.of(), LATER));
    }

    private static Progress progress(RegistrationId id, StepStatus status, Instant at) {
        return new Progress(
                id, steps(status), List.of(), new WaitingOn(Step.PAYMENT, "retry", at, at.plusSeconds(6)), at);
    }

    @Test
    void completedIsWrittenOnceAndTheWaitingAreTold() {
        RegistrationId id = rows.running();

        assertThat(end(id, RegistrationStatus.COMPLETED))
                .isEqualTo(new OutcomeAnswer(RegistrationStatus.COMPLETED, false, false));
        assertThat(end(id, RegistrationStatus.COMPLETED))
                .isEqualTo(new OutcomeAnswer(RegistrationStatus.COMPLETED, false, false));

        Registration row = rows.find(id);
        assertThat(row.status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(row.finishedAt()).isEqualTo(LATER);
        assertThat(row.steps()).isEqualTo(steps(StepStatus.SUCCEEDED));
        assertThat(told).containsEntry(id, RegistrationStatus.COMPLETED);
    }

    @Test
    void cancelThatWasAskedForWinsOverCompleted() {
        RegistrationId id = rows.running();
        rows.set(id, "cancel_requested_at = now()");

        assertThat(end(id, RegistrationStatus.COMPLETED))
                .isEqualTo(new OutcomeAnswer(RegistrationStatus.RUNNING, true, false));
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(rows.find(id).finishedAt()).isNull();
        assertThat(told).isEmpty();

        assertThat(end(id, RegistrationStatus.CANCELLED).status()).isEqualTo(RegistrationStatus.CANCELLED);
    }

    @Test
    void undoThatHasBegunWinsOverCompleted() {
        RegistrationId id = rows.running();
        rows.set(id, "status = 'COMPENSATING', compensating_at = now()");

        assertThat(end(id, RegistrationStatus.COMPLETED))
                .isEqualTo(new OutcomeAnswer(RegistrationStatus.COMPENSATING, false, true));
        assertThat(end(id, RegistrationStatus.FAILED).status()).isEqualTo(RegistrationStatus.FAILED);
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void endIsNeverChanged(RegistrationStatus ended) {
        RegistrationId id = rows.with(ended);

        for (RegistrationStatus other : List.of(
                RegistrationStatus.COMPLETED,
                RegistrationStatus.FAILED,
                RegistrationStatus.CANCELLED,
                RegistrationStatus.NEEDS_ATTENTION)) {
            assertThat(end(id, other).status()).isEqualTo(ended);
        }
        assertThat(rows.find(id).status()).isEqualTo(ended);
        assertThat(told).containsEntry(id, ended);
    }

    @Test
    void needForAttentionIsNoEnd() {
        RegistrationId id = rows.running();

        end(id, RegistrationStatus.NEEDS_ATTENTION);
        assertThat(rows.find(id).finishedAt()).isNull();
        assertThat(told).containsEntry(id, RegistrationStatus.NEEDS_ATTENTION);

        end(id, RegistrationStatus.FAILED);
        assertThat(rows.find(id).finishedAt()).isEqualTo(LATER);
    }

    @Test
    void outcomeOfAnUnknownRegistrationFails() {
        assertThatThrownBy(() -> end(RegistrationId.random(), RegistrationStatus.COMPLETED))
                .hasStackTraceContaining("no row of registration");
    }

    @Test
    void progressIsWrittenAndAnAcceptedOneRuns() {
        RegistrationId id = rows.with(RegistrationStatus.ACCEPTED);
        Progress progress = progress(id, StepStatus.WAITING, LATER);

        records.recordProgress(progress);

        Registration row = rows.find(id);
        assertThat(row.status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(row.steps()).isEqualTo(progress.steps());
        assertThat(row.waitingOn()).isEqualTo(progress.waitingOn());
        assertThat(row.stepsAsOf()).isEqualTo(LATER);
    }

    @Test
    void lateProgressOverwritesNothingLater() {
        RegistrationId id = rows.running();

        records.recordProgress(progress(id, StepStatus.RUNNING, LATER));
        records.recordProgress(progress(id, StepStatus.WAITING, LATER.minusMillis(1)));
        records.recordProgress(progress(id, StepStatus.WAITING, LATER));

        assertThat(rows.find(id).steps()).isEqualTo(steps(StepStatus.RUNNING));
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED", "NEEDS_ATTENTION"})
    void progressNeverOverwritesTheEnd(RegistrationStatus end) {
        RegistrationId id = rows.running();
        end(id, end);

        records.recordProgress(progress(id, StepStatus.WAITING, LATER.plusSeconds(1)));

        assertThat(rows.find(id).status()).isEqualTo(end);
        assertThat(rows.find(id).steps()).isEqualTo(steps(StepStatus.SUCCEEDED));
        assertThat(rows.find(id).waitingOn()).isNull();
    }

    @Test
    void progressOfAnUndoLeavesItsStatus() {
        RegistrationId id = rows.with(RegistrationStatus.COMPENSATING);

        records.recordProgress(progress(id, StepStatus.WAITING, LATER));

        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.COMPENSATING);
        assertThat(rows.find(id).waitingOn()).isNotNull();
    }
}
