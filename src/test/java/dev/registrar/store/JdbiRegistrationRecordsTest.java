package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.StaleRunException;
import dev.registrar.model.Step;
import dev.registrar.store.Command.Kind;
import dev.registrar.store.CompletionWatch.Settled;
import dev.registrar.store.RegistrationRecords.Applied;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.Earlier;
import dev.registrar.store.RegistrationRecords.EarlierAnswer;
import dev.registrar.store.RegistrationRecords.EarlierCommand;
import dev.registrar.store.RegistrationRecords.Outcome;
import dev.registrar.store.RegistrationRecords.OutcomeAnswer;
import dev.registrar.store.RegistrationRecords.PendingCommand;
import dev.registrar.store.RegistrationRecords.Progress;
import dev.registrar.store.RegistrationRecords.Rest;
import dev.registrar.store.RegistrationRecords.RestAnswer;
import dev.registrar.store.RegistrationRecords.RunOf;
import dev.registrar.store.RegistrationRecords.Standing;
import dev.registrar.temporal.PayloadJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbiRegistrationRecordsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant LATER = Rows.NOW.plusSeconds(10);

    private final List<RegistrationId> rung = new ArrayList<>();
    private final Rows rows = new Rows(DATABASE.jdbi());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final JdbiRegistrationRecords direct = new JdbiRegistrationRecords(
            DATABASE.jdbi(),
            Rows.json(),
            rows.transitions(),
            rows.inbox(),
            rows.watch(),
            new RegistrarMeters(registry),
            rung::add);
    private TestActivityEnvironment environment;
    private RegistrationRecords records;

    @BeforeEach
    void open() {
        environment = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(PayloadJson.dataConverter(List.of()))
                        .build())
                .build());
        environment.registerActivitiesImplementations(direct);
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

    private OutcomeAnswer complete(RegistrationId id, int run, int applied) {
        return records.recordOutcome(new Outcome(id, run, applied, steps(StepStatus.SUCCEEDED), List.of(), LATER));
    }

    private static Progress progress(RegistrationId id, StepStatus status, Instant at) {
        return new Progress(
                id, 1, steps(status), List.of(), new WaitingOn(Step.PAYMENT, "retry", at, at.plusSeconds(6)), at);
    }

    private static Rest rest(RegistrationId id, int run, int seen) {
        return new Rest(id, run, seen, null, null, null, LATER);
    }

    @Test
    void completedIsWrittenOnceWithNothingLeftToDoAndTheWaitingAreTold() {
        RegistrationId id = rows.running();
        CompletableFuture<Settled> waiter = rows.watch().await(id);

        assertThat(complete(id, 1, 0)).isEqualTo(new OutcomeAnswer(RegistrationStatus.COMPLETED, false, false));
        assertThat(complete(id, 1, 0)).isEqualTo(new OutcomeAnswer(RegistrationStatus.COMPLETED, false, false));

        Registration row = rows.find(id);
        assertThat(row.status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(row.finishedAt()).isEqualTo(LATER);
        assertThat(row.steps()).isEqualTo(steps(StepStatus.SUCCEEDED));
        assertThat(row.attendAt()).isNull();
        assertThat(rows.facts(id).attending()).isFalse();
        assertThat(waiter).isCompletedWithValueMatching(settled -> settled.written() != null);
    }

    @Test
    void timeOfARepairedRegistrationIsNoDuration() {
        RegistrationId repaired = rows.running();
        rows.set(repaired, "run = 2");

        complete(repaired, 2, 0);
        assertThat(completed()).isEqualTo(List.of(1L, 0L));
        complete(rows.running(), 1, 0);

        assertThat(completed()).isEqualTo(List.of(2L, 1L));
    }

    /** How many were counted, and of how many the duration. */
    private List<Long> completed() {
        return List.of(
                (long) registry.get("registrar.registrations.ended")
                        .tag("status", "COMPLETED")
                        .counter()
                        .count(),
                registry.get("registrar.registration.duration")
                        .tag("status", "COMPLETED")
                        .timer()
                        .count());
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCEL", "ATTEND", "RESEND"})
    void commandThatTheRunHasNotAppliedWinsOverCompleted(Kind kind) {
        RegistrationId id = rows.running();
        int seq = rows.command(id, kind);

        assertThat(complete(id, 1, 0)).isEqualTo(new OutcomeAnswer(RegistrationStatus.RUNNING, true, false));
        assertThat(rows.find(id).finishedAt()).isNull();

        assertThat(complete(id, 1, seq).status()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @Test
    void undoThatHasBegunWinsOverCompleted() {
        RegistrationId id = rows.running();
        rows.set(id, "status = 'COMPENSATING', compensating_at = now()");

        assertThat(complete(id, 1, 0)).isEqualTo(new OutcomeAnswer(RegistrationStatus.COMPENSATING, false, true));
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "CANCELLED"})
    void endIsNeverChanged(RegistrationStatus ended) {
        RegistrationId id = rows.with(ended);

        assertThat(complete(id, 1, 0).status()).isEqualTo(ended);
        assertThat(rows.find(id).status()).isEqualTo(ended);
    }

    @Test
    void completedWithMoneyOpenIsDue() {
        RegistrationId id = rows.running();
        rows.set(id, "money_open = TRUE");

        complete(id, 1, 0);

        assertThat(rows.find(id).attendAt()).isNotNull();
    }

    @Test
    void outcomeOfAnUnknownRegistrationFails() {
        assertThatThrownBy(() -> complete(RegistrationId.random(), 1, 0))
                .hasStackTraceContaining("no row of registration");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void runThatIsNotTheCurrentOneWritesNothing(int run) {
        RegistrationId id = rows.running();
        int seq = rows.command(id, Kind.CANCEL);
        rows.set(id, "run = 2");
        RegistrationFacts before = rows.facts(id);
        Registration row = rows.find(id);

        for (ThrowingCallable write : List.<ThrowingCallable>of(
                () -> direct.applyCancel(new CommandOf(id, run, seq)),
                () -> direct.recordApplied(new Applied(id, run, seq, null, null)))) {
            assertThatThrownBy(write).isInstanceOf(StaleRunException.class);
        }
        assertThatThrownBy(() -> complete(id, run, seq)).hasStackTraceContaining("StaleRunException");
        assertThatThrownBy(() -> records.pendingCommands(new RunOf(id, run)))
                .hasStackTraceContaining("StaleRunException");
        assertThatThrownBy(() -> records.rest(rest(id, run, seq))).hasStackTraceContaining("StaleRunException");
        assertThatCode(() ->
                        direct.recordProgress(new Progress(id, run, steps(StepStatus.WAITING), List.of(), null, LATER)))
                .doesNotThrowAnyException();

        assertThat(rows.facts(id))
                .usingRecursiveComparison()
                .ignoringFields("now")
                .isEqualTo(before);
        assertThat(rows.find(id)).isEqualTo(row);
        assertThat(rows.inbox().find(id, seq).orElseThrow().applied()).isFalse();
    }

    @Test
    void runThatWasOvertakenClaimsNothing() {
        RegistrationId id = rows.running();
        rows.set(id, "run = 2");

        assertThatThrownBy(() -> records.claim(new RunOf(id, 1))).hasStackTraceContaining("StaleRunException");
        assertThat(rows.facts(id).run()).isEqualTo(2);
    }

    @Test
    void claimThatFollowsItsOwnRunsRestIsCheckedSoon() {
        RegistrationId id = rows.running();
        rows.set(id, "attending = FALSE, attend_at = now() + interval '6 hours'");

        records.claim(new RunOf(id, 1));

        assertThat(Duration.between(rows.facts(id).now(), rows.facts(id).attendAt()))
                .isLessThanOrEqualTo(rows.transitions().schedule().check());
    }

    @Test
    void claimOfALaterRunForgetsWhatTheLostOneWaitedForAndKeepsItsDueTime() {
        RegistrationId id = rows.running();
        records.recordProgress(progress(id, StepStatus.WAITING, LATER));
        assertThat(rows.find(id).waitingOn()).isNotNull();
        rows.set(id, "attend_at = now() + interval '6 hours'");

        records.claim(new RunOf(id, 2));

        assertThat(rows.find(id).waitingOn()).isNull();
        assertThat(Duration.between(rows.facts(id).now(), rows.facts(id).attendAt()))
                .isGreaterThan(Duration.ofHours(5));
    }

    @Test
    void repeatedTaskDoesNotOverwriteTheStepsOfACompletedRegistration() {
        RegistrationId id = rows.running();
        complete(id, 1, 0);

        records.rest(new Rest(id, 1, 0, new StepHistory(steps(StepStatus.FAILED), List.of()), null, null, LATER));

        assertThat(rows.find(id).steps()).isEqualTo(steps(StepStatus.SUCCEEDED));
    }

    @Test
    void claimTellsAllThatARunGoesOnFrom() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        records.recordProgress(progress(id, StepStatus.RUNNING, LATER));
        rows.set(
                id,
                "in_doubt = TRUE, finished_at = now() - interval '11 minutes', kept_transaction = 'tx_1', held = TRUE");
        UUID resolved = rows.undo(id, "resolve_payment", "payment", "49.90");
        UUID refund = rows.refund(id);
        rows.close(refund, java.time.Duration.ofHours(25));
        rows.close(resolved, java.time.Duration.ZERO);
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET resolution = '{\"outcome\": \"CHARGED\", \"transactionId\": \"tx_1\"}' WHERE id = ?",
                        resolved));
        int seq = rows.command(id, Kind.ATTEND);

        Standing standing = records.claim(new RunOf(id, 2));

        assertThat(standing.status()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(standing.held()).isTrue();
        assertThat(standing.keptTransaction()).isEqualTo("tx_1");
        assertThat(standing.lookDue()).isEqualTo(1);
        assertThat(standing.refundLookDue()).isTrue();
        assertThat(standing.resolution())
                .isEqualTo(new PaymentResolution(PaymentResolution.Outcome.CHARGED, "tx_1", null));
        assertThat(standing.commands()).containsExactly(new PendingCommand(seq, "attend", "", true, false));
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
    void progressNeverOverwritesWhatHasSettled(RegistrationStatus settled) {
        RegistrationId id = rows.with(settled);

        records.recordProgress(progress(id, StepStatus.WAITING, LATER));

        assertThat(rows.find(id).status()).isEqualTo(settled);
        assertThat(rows.find(id).waitingOn()).isNull();
    }

    @Test
    void cancelIsIntendedUnlessTheUndoHasBegunOrItHasEnded() {
        RegistrationId running = rows.running();
        RegistrationId undone = rows.running();
        rows.set(undone, "compensating_at = now(), intended_end = 'FAILED'");
        rows.refund(undone);
        RegistrationId completed = rows.with(RegistrationStatus.COMPLETED);

        for (RegistrationId id : List.of(running, undone, completed)) {
            records.applyCancel(new CommandOf(id, 1, rows.command(id, Kind.CANCEL)));
        }

        assertThat(rows.facts(running).intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(errorCode(running)).isNull();
        assertThat(rows.facts(undone).intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(errorCode(undone)).isEqualTo("no_effect");
        assertThat(errorCode(completed)).isEqualTo("no_effect");
    }

    private @Nullable String errorCode(RegistrationId id) {
        Command command = rows.inbox().find(id, 1).orElseThrow();
        assertThat(command.applied()).isTrue();
        return command.errorCode();
    }

    @Test
    void resultOfACommandIsWritten() {
        RegistrationId id = rows.running();
        int seq = rows.command(id, Kind.RESEND);

        records.recordApplied(new Applied(id, 1, seq, Map.of("email", "e-1"), "sms_unavailable"));

        Command applied = rows.inbox().find(id, seq).orElseThrow();
        assertThat(applied.result()).contains("e-1");
        assertThat(applied.errorCode()).isEqualTo("sms_unavailable");
    }

    @Test
    void restWritesNothingIfACommandCame() {
        RegistrationId id = rows.running();
        rows.command(id, Kind.ATTEND);

        assertThat(records.rest(rest(id, 1, 0))).isEqualTo(new RestAnswer(RegistrationStatus.RUNNING, true));

        assertThat(rows.facts(id).attending()).isTrue();
    }

    @Test
    void restClosesTheAttendsThatItHasSeenByWhatTheLedgerShows() {
        RegistrationId open = rows.running();
        rows.refund(open);
        int failing = rows.command(open, Kind.ATTEND);
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET last_error_code = 'payment_unavailable' WHERE registration_id = ?",
                        open.value()));
        RegistrationId clear = rows.with(RegistrationStatus.FAILED);
        int well = rows.command(clear, Kind.ATTEND);

        records.rest(rest(open, 1, failing));
        records.rest(rest(clear, 1, well));

        assertThat(rows.inbox().find(open, failing).orElseThrow().errorCode()).isEqualTo("payment_unavailable");
        assertThat(rows.inbox().find(clear, well).orElseThrow().applied()).isTrue();
        assertThat(rows.inbox().find(clear, well).orElseThrow().errorCode()).isNull();
        assertThat(rows.facts(clear).attendAt()).isNull();
    }

    @Test
    void restWritesTheStepsAndTheLookThatWasAnswered() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        rows.set(id, "in_doubt = TRUE, finished_at = now()");
        StepHistory history = new StepHistory(steps(StepStatus.UNKNOWN), List.of());

        records.rest(new Rest(id, 1, 0, history, 1, null, LATER));

        assertThat(rows.find(id).steps()).isEqualTo(history.steps());
        assertThat(rows.facts(id).watchStage()).isEqualTo(1);
    }

    @Test
    void earlierRegistrationIsAskedOnceRungAndAnswersWhenItHasAttended() {
        RegistrationId earlier = rows.with(RegistrationStatus.FAILED);
        RegistrationId id = rows.running();

        int seq = records.attendToEarlier(new Earlier(id, earlier));

        assertThat(records.attendToEarlier(new Earlier(id, earlier))).isEqualTo(seq);
        assertThat(rung).containsOnly(earlier);
        EarlierCommand asked = new EarlierCommand(id, earlier, seq);
        assertThat(records.earlierAnswer(asked)).isEqualTo(new EarlierAnswer(false, false));
        records.rest(rest(earlier, 1, seq));
        assertThat(records.earlierAnswer(asked)).isEqualTo(new EarlierAnswer(true, true));
    }

    @Test
    void earlierRegistrationWithARowLeftIsNotClear() {
        RegistrationId earlier = rows.with(RegistrationStatus.FAILED);
        rows.refund(earlier);
        RegistrationId id = rows.running();
        int seq = records.attendToEarlier(new Earlier(id, earlier));

        records.rest(rest(earlier, 1, seq));

        assertThat(records.earlierAnswer(new EarlierCommand(id, earlier, seq)))
                .isEqualTo(new EarlierAnswer(true, false));
    }

    @Test
    void pendingCommandsAreTheUnappliedInTheirOrder() {
        RegistrationId id = rows.running();
        Consumer<Kind> leave = kind -> rows.command(id, kind);
        List.of(Kind.RESEND, Kind.CANCEL, Kind.ATTEND).forEach(leave);
        records.recordApplied(new Applied(id, 1, 1, null, null));

        assertThat(records.pendingCommands(new RunOf(id, 1)))
                .containsExactly(
                        new PendingCommand(2, "cancel", "", true, false),
                        new PendingCommand(3, "attend", "", true, false));
    }
}
