package dev.registrar.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.database.TestDatabase;
import dev.registrar.dispatch.Dispatcher.Settings;
import dev.registrar.dispatch.FakeRuns.Started;
import dev.registrar.dispatch.RegistrationRuns.State;
import dev.registrar.dispatch.RegistrationRuns.UnavailableException;
import dev.registrar.flow.Poll;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Command.Kind;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DispatcherTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Duration CHECK = Duration.ofMinutes(10);
    private static final int MANY = 10_000;

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final FakeRuns runs = new FakeRuns();
    private final Set<String> openBreakers = new HashSet<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Dispatcher> made = new ArrayList<>();
    private final Dispatcher dispatcher = dispatcher();

    private Dispatcher dispatcher() {
        return dispatcher(1_000_000);
    }

    private Dispatcher dispatcher(int startsPerSecond) {
        Settings settings = new Settings(Duration.ofHours(1), CHECK, startsPerSecond);
        Dispatcher fresh = new Dispatcher(
                new DueRegistrations(DATABASE.jdbi()),
                runs,
                openBreakers::contains,
                settings,
                new RegistrarMeters(registry));
        made.add(fresh);
        return fresh;
    }

    @BeforeEach
    void empty() {
        DATABASE.jdbi().useHandle(handle -> handle.execute("TRUNCATE registrations CASCADE"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Dispatcher each : made) {
            each.stop();
        }
    }

    private RegistrationId due() {
        RegistrationId id = rows.running();
        makeDue(id);
        return id;
    }

    private void makeDue(RegistrationId id) {
        rows.set(id, "attend_at = now()");
    }

    private Duration dueIn(RegistrationId id) {
        var facts = rows.facts(id);
        return Duration.between(facts.now(), facts.attendAt());
    }

    @ParameterizedTest
    @CsvSource({"5, 10", "30, 15", "120, 60", "600, 80"})
    void runThatDoesNotChangeIsCheckedLessOften(int minutesUnchanged, int minutesUntilNextCheck) throws Exception {
        RegistrationId id = due();
        rows.set(id, "updated_at = now() - interval '" + minutesUnchanged + " minutes'");
        runs.stands(id, State.RUNNING);

        dispatcher.round();

        assertThat(dueIn(id)).isCloseTo(Duration.ofMinutes(minutesUntilNextCheck), Duration.ofMinutes(1));
    }

    private int failures(RegistrationId id) {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT attend_failures FROM registrations WHERE id = :id")
                        .bind("id", id.value())
                        .mapTo(Integer.class)
                        .one());
    }

    private long failedRounds() {
        return registry.get("registrar.sweep").tag("outcome", "ended_early").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private List<RegistrationId> many() {
        return many(MANY);
    }

    private List<RegistrationId> many(int many) {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("""
                        INSERT INTO registrations (id, caller, user_id, body_hash, codec, request, amount, currency, status,
                                                   attend_at, created_at, updated_at)
                        SELECT gen_random_uuid(), 'caller', 'u-many-' || n, '\\x01', 1, '\\x02', 1, 'USD', 'RUNNING',
                               now() - n * interval '1 millisecond', now(), now()
                        FROM generate_series(1, :many) AS n RETURNING id
                        """)
                        .bind("many", many)
                        .mapTo(UUID.class)
                        .map(RegistrationId::new)
                        .list());
    }

    @Test
    void twoDispatchersAttendToEveryDueOneOnceAndThePoisonedDelaysNoOther() {
        List<RegistrationId> all = many();
        RegistrationId poisoned = all.get(MANY / 2);
        runs.poison(poisoned);

        CompletableFuture.allOf(attending(dispatcher), attending(dispatcher())).join();

        assertThat(runs.startedIds()).hasSize(MANY - 1).doesNotContain(poisoned).doesNotHaveDuplicates();
        assertThat(failures(poisoned)).isOne();
        assertThat(dueIn(poisoned)).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
        assertThat(failures(all.get(0))).isZero();
        assertThat(dueIn(all.get(0))).isGreaterThan(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @CsvSource({"'attending = FALSE', ended", "'waiting_on = ''{}'' ', waiting", "'run = 3', followed by another"})
    void noMoreRunsThanInTwoSecondsAreAtWorkAtTheSameTime(String rest, String description) throws Exception {
        int starts = 10;
        int all = 100;
        many(all);
        CompletableFuture<Void> round = attending(dispatcher(starts));
        int atMost = 0;

        for (int rested = 0; rested < all; rested++) {
            Started next = runs.started().poll(20, TimeUnit.SECONDS);
            assertThat(next).as("run %d, %s", rested, description).isNotNull();
            atMost = Math.max(atMost, runs.started().size() + 1);
            rows.set(next.id(), "run = " + next.run());
            rows.set(next.id(), rest);
        }

        round.get(20, TimeUnit.SECONDS);
        assertThat(atMost).isBetween(2, 2 * starts);
    }

    @Test
    void withoutRoomOnlyRegistrationsWithCommandsAreAttendedTo() throws Exception {
        Dispatcher one = dispatcher(1);
        many(3);
        one.round();
        assertThat(runs.startedIds()).hasSize(2);
        RegistrationId commanded = rows.running();
        rows.command(commanded, Kind.ATTEND);

        assertThat(one.round()).isLessThan(Duration.ofSeconds(1));

        assertThat(runs.startedIds()).hasSize(3).endsWith(commanded);
    }

    @Test
    void registrationWithARequestOfANewerVersionIsSoonDueForAnotherInstanceAndCountsAsNoFailure() {
        RegistrationId newer = due();
        RegistrationId other = due();
        rows.set(newer, "attend_failures = 2");
        runs.stands(newer, State.ENDED);
        runs.newer(newer);

        attending(dispatcher).join();

        assertThat(runs.startedIds()).containsExactly(other);
        assertThat(failures(newer)).isEqualTo(2);
        assertThat(dueIn(newer)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        assertThat(registry.get("registrar.sweeper.findings")
                        .tag("finding", "left_to_newer_version")
                        .counter()
                        .count())
                .isOne();
    }

    private static CompletableFuture<Void> attending(Dispatcher one) {
        return CompletableFuture.runAsync(() -> {
            try {
                boolean more = true;
                while (more) {
                    more = one.round().compareTo(Duration.ofSeconds(1)) < 0;
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ENDED"})
    void oneThatCannotBeStartedWaitsTwiceAsLongEachTime(State state) throws Exception {
        RegistrationId id = due();
        runs.poison(id);
        runs.stands(id, state);

        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            makeDue(id);
            dispatcher.round();
            assertThat(dueIn(id)).isBetween(Duration.ofMinutes(minutes).minusSeconds(5), Duration.ofMinutes(minutes));
        }
        assertThat(failures(id)).isEqualTo(8);
        assertThat(registry.get("registrar.sweeper.findings")
                        .tag("finding", "registration_failed")
                        .counter()
                        .count())
                .isEqualTo(8);
    }

    @Test
    void runThatEndedWithoutLeavingADueTimeIsStartedLaterAndLater() throws Exception {
        RegistrationId id = due();
        runs.stands(id, State.ENDED);

        dispatcher.round();
        assertThat(dueIn(id)).isBetween(CHECK.minusSeconds(5), CHECK);
        for (int minutes : new int[] {2, 4, 8}) {
            makeDue(id);
            dispatcher.round();
            assertThat(dueIn(id)).isBetween(Duration.ofMinutes(minutes).minusSeconds(5), Duration.ofMinutes(minutes));
        }

        assertThat(runs.startedIds()).hasSize(4);
    }

    @Test
    void whatIsNotDueIsLeftAlone() throws Exception {
        rows.running();
        rows.with(RegistrationStatus.COMPLETED);

        dispatcher.round();

        assertThat(runs.started()).isEmpty();
    }

    @Test
    void temporalThatDoesNotAnswerStartsNothingAndIsNoFailureOfARegistration() throws Exception {
        RegistrationId id = due();
        runs.down(true);

        assertThatThrownBy(dispatcher::round).isInstanceOf(UnavailableException.class);
        assertThat(runs.started()).isEmpty();
        assertThat(failures(id)).isZero();

        assertThat(dueIn(id)).isLessThanOrEqualTo(Duration.ZERO);

        runs.down(false);
        dispatcher.round();
        assertThat(runs.started()).containsExactly(new Started(id, 2, State.NONE));
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ENDED"})
    void startThatTemporalDoesNotConfirmIsNoFailureOfTheRegistration(State state) throws Exception {
        RegistrationId id = due();
        runs.stands(id, state);
        runs.startsFail(true);

        assertThatThrownBy(dispatcher::round).isInstanceOf(UnavailableException.class);

        assertThat(failures(id)).isZero();
        assertThat(dueIn(id)).isLessThanOrEqualTo(Duration.ZERO);
        runs.startsFail(false);
        dispatcher.round();
        assertThat(runs.started()).containsExactly(new Started(id, 2, state));
    }

    /** Another instance has taken it over meanwhile, and its run has the next number. */
    @Test
    void nothingIsStartedOnALeaseThatHasLapsed() throws Exception {
        RegistrationId id = due();
        runs.stands(id, State.ENDED);
        runs.whenAsked(asked -> rows.set(asked, "attend_at = now() + interval '5 minutes'"));

        dispatcher.round();

        assertThat(runs.started()).isEmpty();
        assertThat(dueIn(id)).isGreaterThan(Duration.ofMinutes(4));
    }

    @Test
    void errorDoesNotEndTheDispatcher() throws Exception {
        runs.broken(new StackOverflowError());
        RegistrationId id = due();
        dispatcher.start();
        dispatcher.wake();
        Poll.until("a round has failed", Duration.ofSeconds(30), () -> failedRounds() > 0);

        runs.broken(null);
        makeDue(id);
        dispatcher.wake();

        assertThat(runs.started().poll(30, TimeUnit.SECONDS)).isEqualTo(new Started(id, 2, State.NONE));
    }

    @Test
    void runUnderWayIsRungOnlyIfCommandsWait() throws Exception {
        RegistrationId quiet = due();
        RegistrationId commanded = rows.running();
        rows.command(commanded, Kind.CANCEL);
        runs.stands(quiet, State.RUNNING);
        runs.stands(commanded, State.RUNNING);

        dispatcher.round();

        assertThat(runs.rung()).containsExactly(commanded);
        assertThat(runs.started()).isEmpty();
        assertThat(dueIn(quiet)).isGreaterThan(Duration.ofMinutes(5));
    }

    @Test
    void openBreakerPostponesUnlessACommandWaits() throws Exception {
        RegistrationId postponed = due();
        rows.set(postponed, "attend_for = 'payment'");
        RegistrationId otherService = due();
        rows.set(otherService, "attend_for = 'profile'");
        RegistrationId commanded = rows.running();
        rows.command(commanded, Kind.ATTEND);
        rows.set(commanded, "attend_for = 'payment'");
        openBreakers.add("payment");

        dispatcher.round();

        assertThat(runs.startedIds()).containsExactlyInAnyOrder(otherService, commanded);
        assertThat(dueIn(postponed)).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        assertThat(failures(postponed)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"TERMINATED", "TIMED_OUT"})
    void runThatWasEndedFromOutsideIsFollowedByOneThatKnows(State state) throws Exception {
        RegistrationId id = due();
        rows.set(id, "run = 4");
        runs.stands(id, state);

        dispatcher.round();

        assertThat(runs.started()).containsExactly(new Started(id, 5, state));
        assertThat(failures(id)).isZero();
    }

    @Test
    void bellWakesTheDispatcherBeforeItsTime() throws Exception {
        dispatcher.start();
        RegistrationId id = due();

        dispatcher.ring(id);

        assertThat(runs.started().poll(20, TimeUnit.SECONDS)).isEqualTo(new Started(id, 2, State.NONE));
        assertThat(runs.rung().poll(20, TimeUnit.SECONDS)).isEqualTo(id);
    }
}
