package dev.registrar.compensation;

import static dev.registrar.compensation.JdbiCompensationRecordsTest.AT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.CompensationRecords.LeaveOpen;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The column of failed attempts in the ledger. */
class UndoFailuresTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final CompensationRecords records = JdbiCompensationRecordsTest.records(rows, DATABASE);
    private final UndoFailures failures = new UndoFailures(DATABASE.jdbi(), Rows.json());
    private final RegistrationId id = rows.running();
    private UUID account = new UUID(0, 0);
    private UUID profile = new UUID(0, 0);

    @BeforeEach
    void undoHasBegun() {
        List<PlannedUndo> plan = List.of(
                PlannedUndo.of(UndoAction.DELETE_ACCOUNT, "u-1"), PlannedUndo.of(UndoAction.DELETE_PROFILE, "u-1"));
        List<CompensationRecords.UndoRow> undo = records.beginUndo(
                        new BeginUndo(id, 1, RegistrationStatus.FAILED, plan, null, false, false, AT))
                .undo();
        account = undo.get(0).id();
        profile = undo.get(1).id();
    }

    private void leave(int attempts, int seconds, AttemptFailure... failed) {
        records.leaveOpen(new LeaveOpen(
                id, 1, account, attempts, "database_unavailable", AT.plusSeconds(seconds), List.of(failed)));
    }

    private void close(int attempts, int seconds, AttemptFailure... failed) {
        records.closeUndo(new CloseUndo(id, 1, account, attempts, null, AT.plusSeconds(seconds), List.of(failed)));
    }

    private static AttemptFailure unknown(int attempt) {
        return new AttemptFailure(attempt, AT, Outcome.UNKNOWN, 503, "overloaded", "req_" + attempt);
    }

    private static AttemptFailure notSent(int attempt, int seconds) {
        return new AttemptFailure(attempt, AT.plusSeconds(seconds), Outcome.NOT_SENT, null, "breaker_open", null);
    }

    private List<AttemptFailure> ofAccount() {
        return failures.of(id).getOrDefault(account, List.of());
    }

    @Test
    void rowsWithoutFailedAttemptsHaveNone() {
        leave(1, 1);
        close(1, 2);

        assertThat(failures.of(id)).isEmpty();
        int written = DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT count(failures) FROM compensations WHERE registration_id = :id")
                        .bind("id", id.value())
                        .mapTo(Integer.class)
                        .one());
        assertThat(written).isZero();
    }

    @Test
    void failuresAreReadAsTheyWereWrittenByRow() {
        AttemptFailure refused = new AttemptFailure(2, AT.plusMillis(7), Outcome.SENT, 409, "locked", "req_2");

        leave(3, 1, unknown(1), refused, notSent(4, 1));

        assertThat(failures.of(id)).containsOnlyKeys(account).doesNotContainKey(profile);
        assertThat(ofAccount()).containsExactly(unknown(1), refused, notSent(4, 1));
        assertThat(failures.of(RegistrationId.random())).isEmpty();
    }

    @Test
    void laterRunsContinueTheRowsOrdinals() {
        leave(2, 1, unknown(1), unknown(2));

        leave(1, 2, new AttemptFailure(1, AT, Outcome.UNKNOWN, null, "timeout", null));

        assertThat(ofAccount())
                .containsExactly(
                        unknown(1), unknown(2), new AttemptFailure(3, AT, Outcome.UNKNOWN, null, "timeout", null));
    }

    @Test
    void newestTenAreKept() {
        leave(8, 1, IntStream.rangeClosed(1, 8).mapToObj(i -> unknown(i)).toArray(AttemptFailure[]::new));

        leave(4, 2, IntStream.rangeClosed(1, 4).mapToObj(i -> unknown(i)).toArray(AttemptFailure[]::new));

        assertThat(ofAccount()).extracting(AttemptFailure::attempt).containsExactly(3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void refusalThatEachRunRepeatsIsOneFailure() {
        leave(1, 1, unknown(1), notSent(2, 1));

        leave(0, 2, notSent(1, 2));
        leave(0, 3, notSent(1, 3));

        assertThat(ofAccount()).containsExactly(unknown(1), notSent(2, 3));
    }

    @Test
    void activityThatTemporalRepeatsAddsNothing() {
        leave(1, 1, unknown(1));
        leave(1, 1, unknown(1));
        close(2, 2, unknown(1));
        close(2, 2, unknown(1));

        assertThat(ofAccount()).extracting(AttemptFailure::attempt).containsExactly(1, 2);
    }

    @Test
    void rowThatIsClosedKeepsWhatItMet() {
        leave(1, 1, unknown(1));

        close(1, 2);

        assertThat(ofAccount()).containsExactly(unknown(1));
    }

    @Test
    void undoWithoutFailuresCostsNoStatement() {
        Handle closed = DATABASE.jdbi().open();
        closed.close();

        assertThat(failures.with(closed, account, List.of())).isNull();
    }
}
