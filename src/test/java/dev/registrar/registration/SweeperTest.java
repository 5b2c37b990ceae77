package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import dev.registrar.store.SweepStore;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SweeperTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final WorkflowExecutionStatus RUNNING = WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    private static final Instant NOW = Rows.NOW.plusSeconds(60);

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
        DATABASE.jdbi().useHandle(handle -> handle.execute("DELETE FROM registrations"));
        rows = new Rows(DATABASE.jdbi());
    }

    private static Sweeper sweeper(Instant now) {
        return new Sweeper(
                new SweepStore(DATABASE.jdbi(), Rows.codec()),
                rig.engine(),
                rig.starter(),
                rig.inputs(),
                EngineRig.configuration(),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private void startFirst(RegistrationId id) {
        assertThat(rig.starter()
                        .startFirst(
                                rig.inputs().first(id, rows.store().request(id).orElseThrow(), Rows.NOW)))
                .isTrue();
    }

    @Test
    void lostRegistrationIsStartedAgainAndCounted() {
        RegistrationId lost = rows.running();
        RegistrationId neverStarted = rows.with(RegistrationStatus.ACCEPTED);
        RegistrationId undoing = rows.with(RegistrationStatus.COMPENSATING);

        assertThat(sweeper(NOW).sweep()).isEqualTo(3);

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

        assertThat(sweeper(NOW).sweep()).isZero();

        assertThat(rig.workflow(running).describe().getExecution().getRunId()).isEqualTo(run);
        assertThat(rows.find(running).sweep()).isZero();
        assertThat(rows.find(startedLate).status()).isEqualTo(RegistrationStatus.RUNNING);
    }

    @Test
    void registrationTerminatedFromOutsideIsNotStartedAgain() {
        RegistrationId terminated = rows.running();
        startFirst(terminated);
        rig.workflow(terminated).terminate("by an operator of Temporal");

        assertThat(sweeper(NOW).sweep()).isZero();

        assertThat(rig.standing(terminated)).contains(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED);
        assertThat(rows.find(terminated).sweep()).isZero();
    }

    @Test
    void nothingIsStartedWhenTemporalDoesNotAnswer() {
        RegistrationId lost = rows.running();
        rig.silent(true);

        assertThat(sweeper(NOW).sweep()).isZero();

        assertThat(rows.find(lost).sweep()).isZero();
        rig.silent(false);
        assertThat(rig.standing(lost)).isEmpty();
    }

    @Test
    void outageOnlyDelays() {
        RegistrationId lost = rows.running();
        rig.silent(true);
        sweeper(NOW).sweep();
        rig.silent(false);

        assertThat(sweeper(NOW.plusSeconds(29)).sweep()).isZero();
        assertThat(sweeper(NOW.plusSeconds(31)).sweep()).isEqualTo(1);

        assertThat(rig.standing(lost)).contains(RUNNING);
    }

    @Test
    void youngRegistrationIsLeftToItsRequest() {
        RegistrationId young = rows.running(NOW.minusSeconds(10));
        RegistrationId old = rows.running(NOW.minusSeconds(10).minusMillis(1));

        assertThat(sweeper(NOW).sweep()).isEqualTo(1);

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

        assertThat(sweeper(NOW).sweep()).isZero();

        assertThat(ended).allSatisfy(id -> assertThat(rig.standing(id)).isEmpty());
    }

    @Test
    void twoSweepersStartEachOnce() {
        List<RegistrationId> lost = Stream.generate(rows::running).limit(20).toList();

        CompletableFuture<Integer> one =
                CompletableFuture.supplyAsync(() -> sweeper(NOW).sweep());
        CompletableFuture<Integer> two =
                CompletableFuture.supplyAsync(() -> sweeper(NOW).sweep());

        assertThat(one.join() + two.join()).isEqualTo(20);
        assertThat(lost).allSatisfy(id -> {
            assertThat(rows.find(id).sweep()).isEqualTo(1);
            assertThat(rig.standing(id)).contains(RUNNING);
        });
    }

    @Test
    void sweeperThatIsStartedSweepsByItself() throws Exception {
        RegistrationId lost = rows.running();
        Sweeper sweeper = new Sweeper(
                new SweepStore(DATABASE.jdbi(), Rows.codec()),
                rig.engine(),
                rig.starter(),
                rig.inputs(),
                io.dropwizard.jackson.Jackson.newObjectMapper()
                        .readValue("{\"sweepInterval\":\"100 ms\"}", RegistrationConfiguration.class),
                Clock.fixed(NOW, ZoneOffset.UTC));

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
