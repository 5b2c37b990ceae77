package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.Origin;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.UndoAttempt;
import dev.registrar.model.UndoGuard.UndoRefusedException;
import dev.registrar.store.Command.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdbiCallGuardsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final JdbiCallGuards guards = new JdbiCallGuards(DATABASE.jdbi(), rows.transitions(), LONGEST_CALL);

    private void requireForward(RegistrationId id, int run) {
        guards.requireForward(id, new Origin("a-run", run));
    }

    private void assertRefused(RegistrationId id, int run, boolean cancelRequested) {
        assertThatThrownBy(() -> requireForward(id, run))
                .isInstanceOfSatisfying(
                        ForwardRefusedException.class,
                        refused -> assertThat(refused.cancelRequested()).isEqualTo(cancelRequested));
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCEPTED", "RUNNING", "COMPLETED", "NEEDS_ATTENTION"})
    void registrationWithoutAnUndoMayGoForward(RegistrationStatus status) {
        RegistrationId id = rows.with(status);

        assertThatCode(() -> requireForward(id, 1)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "CANCELLED"})
    void turnedBackRegistrationMayNot(RegistrationStatus status) {
        assertRefused(rows.with(status), 1, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING", "COMPENSATING", "NEEDS_ATTENTION", "COMPLETED"})
    void registrationWhoseUndoHasBegunMayNot(RegistrationStatus status) {
        RegistrationId id = rows.with(status);
        rows.set(id, "compensating_at = now()");

        assertRefused(id, 1, false);
    }

    @Test
    void runThatWasOvertakenMayNotAndTheNextThatHasNotClaimedYetMay() {
        RegistrationId id = rows.running();
        rows.set(id, "run = 2");

        assertRefused(id, 1, false);
        assertThatCode(() -> requireForward(id, 2)).doesNotThrowAnyException();
        assertThatCode(() -> requireForward(id, 3)).doesNotThrowAnyException();
    }

    @Test
    void cancelThatIsPendingRefusesAndTheRefusalIsNoUndo() {
        RegistrationId id = rows.running();
        int seq = rows.command(id, Kind.CANCEL);

        assertRefused(id, 1, true);
        DATABASE.jdbi().useHandle(handle -> rows.inbox().applied(handle, id, seq, null, null));

        assertThatCode(() -> requireForward(id, 1)).doesNotThrowAnyException();
    }

    @Test
    void otherCommandsAndACancelOfACompletedOneRefuseNothing() {
        RegistrationId attended = rows.running();
        rows.command(attended, Kind.ATTEND);
        RegistrationId completed = rows.with(RegistrationStatus.COMPLETED);
        rows.command(completed, Kind.CANCEL);

        assertThatCode(() -> requireForward(attended, 1)).doesNotThrowAnyException();
        assertThatCode(() -> requireForward(completed, 1)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING", "COMPENSATING", "NEEDS_ATTENTION", "FAILED", "CANCELLED"})
    void effectsMayBeTakenBackUnlessTheRegistrationIsComplete(RegistrationStatus status) {
        RegistrationId open = rows.with(status);
        RegistrationId completed = rows.with(RegistrationStatus.COMPLETED);

        assertThatCode(() -> guards.requireRevocable(open)).doesNotThrowAnyException();
        assertThatThrownBy(() -> guards.requireRevocable(completed))
                .isInstanceOf(ForwardRefusedException.class)
                .hasMessageEndingWith("is complete");
    }

    @Test
    void unknownRegistrationMayNot() {
        assertRefused(RegistrationId.random(), 1, false);
    }

    /** For how many more seconds the row is marked as in progress. */
    private Optional<Integer> markedFor(UUID row) {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("""
                                SELECT round(extract(epoch FROM attempt_until - now())) FROM compensations
                                WHERE id = :row AND attempt_until IS NOT NULL
                                """)
                        .bind("row", row)
                        .mapTo(Integer.class)
                        .findOne());
    }

    private void assertUndoRefused(RegistrationId id, UndoAttempt attempt) {
        assertThatThrownBy(() -> guards.begin(id, attempt, DEADLINE)).isInstanceOf(UndoRefusedException.class);
    }

    @Test
    void attemptMarksItsRowForAsLongAsItsCallsCanTake() {
        RegistrationId id = rows.running();
        UUID row = rows.refund(id);

        guards.begin(id, new UndoAttempt(row, 1, 0), DEADLINE);
        assertThat(markedFor(row).orElseThrow()).isBetween(93, 95);

        guards.begin(id, new UndoAttempt(row, 1, 0), Duration.ofSeconds(10));
        assertThat(markedFor(row).orElseThrow()).isBetween(13, 15);
    }

    @Test
    void closedRowIsNotAttempted() {
        RegistrationId id = rows.running();
        UUID row = rows.refund(id);
        rows.close(row, Duration.ZERO);

        assertUndoRefused(id, new UndoAttempt(row, 1, 0));
        assertThat(markedFor(row)).isEmpty();
    }

    @Test
    void runThatIsNotTheCurrentOneDoesNotAttempt() {
        RegistrationId id = rows.running();
        UUID row = rows.refund(id);
        rows.set(id, "run = 2");

        assertUndoRefused(id, new UndoAttempt(row, 1, 0));
        assertUndoRefused(id, new UndoAttempt(row, 3, 0));
        assertThat(markedFor(row)).isEmpty();
    }

    @Test
    void commandThatTheRunHasNotSeenComesBeforeTheAttempt() {
        RegistrationId id = rows.running();
        UUID row = rows.refund(id);
        int seq = rows.command(id, Kind.RESOLVE);

        assertUndoRefused(id, new UndoAttempt(row, 1, seq - 1));
        assertThat(markedFor(row)).isEmpty();
        guards.begin(id, new UndoAttempt(row, 1, seq), DEADLINE);

        assertThat(markedFor(row)).isPresent();
    }
}
