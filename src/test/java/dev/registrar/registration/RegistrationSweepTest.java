package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.compensation.CompensationLedger;
import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import dev.registrar.store.SweepStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistrationSweepTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final WorkflowExecutionStatus RUNNING = WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    private static final Instant NOW = Rows.NOW.plusSeconds(60);

    private static final RegistrarMeters METERS = new RegistrarMeters(new SimpleMeterRegistry());

    private static EngineRig rig;

    private Rows rows;

    @BeforeAll
    static void startTemporal() {
        rig = new EngineRig();
    }

    @AfterAll
    static void stopTemporal() {
        rig.close();
    }

    @BeforeEach
    void open() {
        rig.silent(false);
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations CASCADE"));
        rows = new Rows(DATABASE.jdbi());
    }

    private static RegistrationSweep sweeper(Instant now) {
        return new RegistrationSweep(
                new SweepStore(DATABASE.jdbi(), Rows.codec(), Rows.json()),
                new CompensationLedger(DATABASE.jdbi(), Rows.json(), METERS),
                rig.engine(),
                rig.starter(),
                rig.inputs(),
                EngineRig.configuration(),
                METERS,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    /** How many were started again. */
    private static int sweep(Instant now) {
        int before = sweeps();
        sweeper(now).sweep();
        return sweeps() - before;
    }

    private static int sweeps() {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT coalesce(sum(sweep), 0) FROM registrations")
                        .mapTo(Integer.class)
                        .one());
    }

    private void startFirst(RegistrationId id) {
        assertThat(rig.starter()
                        .startFirst(
                                rig.inputs().first(id, rows.store().request(id).orElseThrow(), Rows.NOW, List.of())))
                .isTrue();
    }

    @Test
    void lostRegistrationIsStartedAgainAndCounted() {
        RegistrationId lost = rows.running();
        RegistrationId neverStarted = rows.with(RegistrationStatus.ACCEPTED);
        RegistrationId undoing = rows.with(RegistrationStatus.COMPENSATING);

        assertThat(sweep(NOW)).isEqualTo(3);

        for (RegistrationId id : List.of(lost, neverStarted, undoing)) {
            assertThat(rig.standing(id)).contains(RUNNING);
            assertThat(rows.find(id).sweep()).isEqualTo(1);
        }
        assertThat(rows.find(neverStarted).status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(rows.find(undoing).status()).isEqualTo(RegistrationStatus.COMPENSATING);
    }

    @Test
    void runningRegistrationIsLeftAlone() {
        RegistrationId running = rows.running();
        RegistrationId startedLate = rows.with(RegistrationStatus.ACCEPTED);
        startFirst(running);
        startFirst(startedLate);
        String run = rig.workflow(running).describe().getExecution().getRunId();

        assertThat(sweep(NOW)).isZero();

        assertThat(rig.workflow(running).describe().getExecution().getRunId()).isEqualTo(run);
        assertThat(rows.find(running).sweep()).isZero();
        assertThat(rows.find(startedLate).status()).isEqualTo(RegistrationStatus.RUNNING);
    }

    @Test
    void registrationTerminatedFromOutsideIsLeftToAReplay() {
        RegistrationId terminated = rows.running();
        startFirst(terminated);
        rig.workflow(terminated).terminate("by an operator of Temporal");

        assertThat(sweep(NOW)).isZero();

        assertThat(rig.standing(terminated)).contains(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED);
        assertThat(rows.find(terminated).status()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(rows.find(terminated).intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(undoWork(terminated))
                .containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        assertThat(sweep(NOW.plusSeconds(60))).isZero();
        assertThat(undoWork(terminated)).hasSize(3);
    }

    @Test
    void registrationThatTimedOutIsLeftToAReplay() throws Exception {
        RegistrationId late = rows.running();
        rig.startFor(late, Duration.ofMillis(200));
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (rig.standing(late).equals(Optional.of(RUNNING))) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }

        assertThat(sweep(NOW)).isZero();

        assertThat(rows.find(late).status()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(rows.find(late).intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(undoWork(late)).startsWith("refund OPEN");
    }

    @Test
    void cancelThatWasNotDeliveredIsSentAgain() {
        RegistrationId cancelled = rows.running();
        startFirst(cancelled);
        rows.set(cancelled, "cancel_requested_at = now()");

        assertThat(sweep(NOW)).isZero();

        assertThat(rig.signals(cancelled)).containsExactly("cancel");
    }

    private static List<String> undoWork(RegistrationId id) {
        return new CompensationLedger(DATABASE.jdbi(), Rows.json(), METERS)
                .of(id).stream()
                        .map(row -> row.action().code() + " " + row.state())
                        .toList();
    }

    @Test
    void nothingIsStartedWhenTemporalDoesNotAnswer() {
        RegistrationId lost = rows.running();
        rig.silent(true);

        assertThatThrownBy(() -> sweeper(NOW).sweep()).isInstanceOf(IllegalStateException.class);

        assertThat(rows.find(lost).sweep()).isZero();
        rig.silent(false);
        assertThat(rig.standing(lost)).isEmpty();
    }

    @Test
    void outageOnlyDelays() {
        RegistrationId lost = rows.running();
        rig.silent(true);
        assertThatThrownBy(() -> sweeper(NOW).sweep()).isInstanceOf(IllegalStateException.class);
        rig.silent(false);

        assertThat(sweep(NOW.plusSeconds(29))).isZero();
        assertThat(sweep(NOW.plusSeconds(31))).isEqualTo(1);

        assertThat(rig.standing(lost)).contains(RUNNING);
    }

    @Test
    void youngRegistrationIsLeftToItsRequest() {
        RegistrationId young = rows.running(NOW.minusSeconds(10));
        RegistrationId old = rows.running(NOW.minusSeconds(10).minusMillis(1));

        assertThat(sweep(NOW)).isEqualTo(1);

        assertThat(rig.standing(young)).isEmpty();
        assertThat(rig.standing(old)).contains(RUNNING);
    }

    @Test
    void endedRegistrationIsNeverStarted() {
        List<RegistrationId> ended = Stream.of(
                        RegistrationStatus.COMPLETED,
                        RegistrationStatus.FAILED,
                        RegistrationStatus.CANCELLED,
                        RegistrationStatus.NEEDS_ATTENTION)
                .map(rows::with)
                .toList();

        assertThat(sweep(NOW)).isZero();

        assertThat(ended).allSatisfy(id -> assertThat(rig.standing(id)).isEmpty());
    }

    @Test
    void twoSweepersStartEachOnce() {
        List<RegistrationId> lost = Stream.generate(rows::running).limit(20).toList();

        CompletableFuture<Void> one =
                CompletableFuture.runAsync(() -> sweeper(NOW).sweep());
        CompletableFuture<Void> two =
                CompletableFuture.runAsync(() -> sweeper(NOW).sweep());
        CompletableFuture.allOf(one, two).join();

        assertThat(lost).allSatisfy(id -> {
            assertThat(rows.find(id).sweep()).isEqualTo(1);
            assertThat(rig.standing(id)).contains(RUNNING);
        });
    }

    @Test
    void sweeperThatIsStartedSweepsByItself() throws Exception {
        RegistrationId lost = rows.running();
        Sweeper sweeper = new Sweeper(List.of(sweeper(NOW)), Duration.ofMillis(100), METERS);

        sweeper.start();
        try {
            long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (rig.standing(lost).isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(20);
            }
        } finally {
            sweeper.stop();
        }
    }
}
