package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Command.Kind;
import dev.registrar.store.DueRegistrations.Due;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DueRegistrationsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final DueRegistrations registrations = new DueRegistrations(DATABASE.jdbi());

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations CASCADE"));
    }

    private RegistrationId due(int secondsAgo) {
        RegistrationId id = rows.running();
        rows.set(id, "attend_at = now() - interval '%d seconds'".formatted(secondsAgo));
        return id;
    }

    private List<RegistrationId> lease(int limit) {
        return registrations.lease(LEASE, limit, false).stream().map(Due::id).toList();
    }

    private Duration dueIn(RegistrationId id) {
        RegistrationFacts facts = rows.facts(id);
        return Duration.between(facts.now(), facts.attendAt());
    }

    @Test
    void longestDueIsLeasedFirstAndNobodyElsesUntilTheLeaseEnds() {
        RegistrationId second = due(5);
        RegistrationId first = due(60);
        due(1);
        rows.running();
        rows.with(RegistrationStatus.COMPLETED);

        assertThat(lease(2)).containsExactlyInAnyOrder(first, second);
        assertThat(lease(2)).doesNotContain(first, second).hasSize(1);
        assertThat(lease(2)).isEmpty();
        assertThat(dueIn(first)).isBetween(LEASE.minusSeconds(5), LEASE);
    }

    @Test
    void endedRegistrationIsLeasedIfSomethingIsDue() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        rows.command(id, Kind.ATTEND);
        rows.set(id, "run = 3, attend_for = 'payment', attend_failures = 2");

        Due due = registrations.lease(LEASE, 10, false).get(0);

        assertThat(due.id()).isEqualTo(id);
        assertThat(due.run()).isEqualTo(3);
        assertThat(due.commandsPending()).isTrue();
        assertThat(due.service()).isEqualTo("payment");
        assertThat(due.failures()).isEqualTo(2);
    }

    @Test
    void rowThatSomebodyHoldsIsLeftOutInsteadOfWaitedFor() {
        RegistrationId held = due(1);
        RegistrationId free = due(1);
        try (Handle handle = DATABASE.jdbi().open()) {
            handle.begin();
            handle.execute("SELECT 1 FROM registrations WHERE id = ? FOR UPDATE", held.value());

            assertThat(lease(10)).containsExactly(free);

            handle.rollback();
        }
    }

    @Test
    void dueTimeThatSomebodyElseMovedIsNotMovedBack() {
        RegistrationId id = due(1);
        Due leased = registrations.lease(LEASE, 1, false).get(0);
        rows.command(id, Kind.CANCEL);

        registrations.postpone(leased, Duration.ofHours(1));
        registrations.starting(leased, Duration.ofHours(1), true);
        registrations.failed(leased);

        assertThat(dueIn(id)).isNegative();
    }

    @Test
    void restartOfTheServerInThisProcessMakesDueWhateverWasAttendedTo() {
        RegistrationId attended = rows.running();
        RegistrationId waiting = rows.running();
        rows.refund(waiting);
        rows.set(waiting, "attending = FALSE, status = 'NEEDS_ATTENTION', attend_at = now() + interval '1 hour'");
        RegistrationId ended = rows.with(RegistrationStatus.FAILED);
        rows.set(ended, "attend_at = now() + interval '1 hour'");

        registrations.allLiveAreDue();

        assertThat(lease(10)).containsExactly(attended);
    }

    @Test
    void nothingIsViolatedByWhatTheWritersLeave() {
        rows.running();
        rows.with(RegistrationStatus.ACCEPTED);
        rows.with(RegistrationStatus.COMPLETED);
        RegistrationId failedWithARow = rows.with(RegistrationStatus.FAILED);
        rows.refund(failedWithARow);
        rows.command(rows.with(RegistrationStatus.CANCELLED), Kind.ATTEND);
        RegistrationId given = undoing();
        DATABASE.jdbi().useTransaction(handle -> rows.transitions().rest(handle, given, 0));
        RegistrationId held = undoing();
        rows.set(held, "held = TRUE");
        DATABASE.jdbi().useTransaction(handle -> rows.transitions().rest(handle, held, 0));
        RegistrationId compensating = undoing();
        DATABASE.jdbi().useTransaction(handle -> rows.transitions().settle(handle, compensating, false));

        assertThat(registrations.violations()).isZero();
    }

    private RegistrationId undoing() {
        RegistrationId id = rows.running();
        rows.set(id, "compensating_at = now(), intended_end = 'FAILED'");
        rows.refund(id);
        return id;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status = 'NEEDS_ATTENTION'",
                "status = 'NEEDS_ATTENTION', attending = FALSE",
                "attend_at = NULL",
                "status = 'ACCEPTED', attend_at = NULL",
                "command_seq = 1, attend_at = NULL"
            })
    void registrationThatContradictsItselfIsCounted(String planted) {
        rows.set(rows.running(), planted);
        rows.running();

        assertThat(registrations.violations()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"attending = FALSE", "status = 'NEEDS_ATTENTION'", "attending = FALSE, status = 'COMPENSATING'"})
    void unclosedRowThatContradictsTheStatusIsCounted(String planted) {
        RegistrationId id = rows.running();
        UUID row = rows.refund(id);
        rows.set(id, planted);

        assertThat(registrations.violations()).isOne();
        rows.close(row, Duration.ZERO);
        rows.set(id, "attending = TRUE, status = 'RUNNING'");
        assertThat(registrations.violations()).isZero();
    }

    @Test
    void commandOfAnEndedRegistrationWithoutADueTimeIsCounted() {
        RegistrationId id = rows.with(RegistrationStatus.COMPLETED);
        rows.command(id, Kind.RESEND);
        rows.set(id, "attend_at = NULL");

        assertThat(registrations.violations()).isOne();
    }

    @Test
    void onlyWhatIsAttendedToOverdueAndSilentDoesNotMove() {
        String silent = "status = 'COMPENSATING', updated_at = now() - interval '16 minutes',"
                + " steps_as_of = now() - interval '16 minutes'";
        String overdue = "attend_at = now() - interval '6 minutes'";
        RegistrationId stuck = rows.running();
        rows.set(stuck, silent + ", " + overdue);
        rows.set(rows.running(), silent + ", attend_at = now() - interval '4 minutes'");
        rows.set(rows.running(), silent + ", " + overdue + ", attending = FALSE");
        rows.set(rows.running(), "updated_at = now() - interval '16 minutes', steps_as_of = now(), " + overdue);
        rows.set(rows.with(RegistrationStatus.COMPLETED), silent.replace("COMPENSATING", "COMPLETED") + ", " + overdue);

        assertThat(registrations.unmoved()).isOne();
    }

    @ParameterizedTest
    @CsvSource({"61, , , 1", "59, , , 0", "300, 181, , 1", "300, 179, , 0", "300, 300, 30, 0", "300, 300, -181, 1"})
    void registrationOnTheWayForwardDoesNotMoveWhenItIsSilentForMinutes(
            int acceptedAgo, @Nullable Integer writtenAgo, @Nullable Integer waitsFor, int unmoved) {
        String wait = waitsFor == null
                ? ""
                : ", waiting_on = jsonb_build_object('until', now() + interval '%d seconds')".formatted(waitsFor);
        String written = writtenAgo == null ? "NULL" : "now() - interval '%d seconds'".formatted(writtenAgo);
        rows.set(
                rows.running(),
                "attend_at = now() + interval '20 seconds', updated_at = now() - interval '%d seconds', steps_as_of = %s"
                                .formatted(writtenAgo == null ? acceptedAgo : writtenAgo, written)
                        + wait);

        assertThat(registrations.unmoved()).isEqualTo(unmoved);
    }

    @Test
    void whatIsStartedInVainOrSilentForAnHourDoesNotMoveAlthoughADispatcherChecksIt() {
        String checked = ", attend_at = now() + interval '20 seconds'";
        String silent =
                "status = 'COMPENSATING', updated_at = now() - interval '61 minutes', steps_as_of = now() - interval '61 minutes'"
                        + checked;
        rows.set(rows.running(), silent);
        rows.set(rows.running(), "updated_at = now(), attend_failures = 3" + checked);
        rows.set(rows.with(RegistrationStatus.COMPLETED), "attend_failures = 3" + checked);

        rows.set(rows.running(), "updated_at = now(), attend_failures = 2" + checked);
        rows.set(rows.running(), silent + ", waiting_on = jsonb_build_object('until', now() + interval '1 hour')");
        rows.set(rows.running(), silent + ", attending = FALSE");

        assertThat(registrations.unmoved()).isEqualTo(3);
    }
}
