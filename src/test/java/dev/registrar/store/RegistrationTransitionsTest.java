package dev.registrar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.registrar.database.TestDatabase;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.StaleRunException;
import dev.registrar.store.CompletionWatch.Settled;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.TemporalOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Status, open money and due times as written to the real table. */
class RegistrationTransitionsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final TemporalOffset<java.time.temporal.Temporal> A_SECOND = within(1, ChronoUnit.SECONDS);

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final RegistrationTransitions transitions = rows.transitions();

    private RegistrationFacts settle(RegistrationId id) {
        return DATABASE.jdbi().inTransaction(handle -> transitions.settle(handle, id, false));
    }

    private RegistrationFacts rest(RegistrationId id, int applied) {
        return DATABASE.jdbi().inTransaction(handle -> {
            transitions.lock(handle, id);
            return transitions.rest(handle, id, applied);
        });
    }

    private RegistrationFacts claim(RegistrationId id, int run) {
        return DATABASE.jdbi().inTransaction(handle -> transitions.claim(handle, id, run));
    }

    /** How long after the database's current time the registration is due; null if it is not. */
    private static @Nullable Duration dueIn(RegistrationFacts facts) {
        return facts.attendAt() == null ? null : Duration.between(facts.now(), facts.attendAt());
    }

    private @Nullable String dueFor(RegistrationId id) {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT attend_for FROM registrations WHERE id = :id")
                        .bind("id", id.value())
                        .mapTo(String.class)
                        .findOne()
                        .orElse(null));
    }

    private boolean moneyOpen(RegistrationId id) {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT money_open FROM registrations WHERE id = :id")
                        .bind("id", id.value())
                        .mapTo(Boolean.class)
                        .one());
    }

    /** A registration whose undo has begun, with an open refund. */
    private RegistrationId undoing() {
        RegistrationId id = rows.running();
        rows.set(id, "compensating_at = now(), intended_end = 'CANCELLED'");
        rows.refund(id);
        return id;
    }

    /** A registration that failed this long ago and whose charge may still appear. */
    private RegistrationId inDoubt(Duration ago) {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        rows.set(id, "in_doubt = TRUE, finished_at = now() - interval '%d seconds'".formatted(ago.toSeconds()));
        return id;
    }

    @Test
    void undoThatIsAttendedToIsCompensatingAndItsMoneyIsOpen() {
        RegistrationId id = undoing();

        RegistrationFacts facts = settle(id);

        assertThat(facts.status()).isEqualTo(RegistrationStatus.COMPENSATING);
        assertThat(facts.finishedAt()).isNull();
        assertThat(moneyOpen(id)).isTrue();
    }

    @Test
    void runThatGivesUpLeavesItToTheNextTry() {
        RegistrationId id = undoing();

        RegistrationFacts facts = rest(id, 0);

        assertThat(facts.status()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(facts.attending()).isFalse();
        assertThat(facts.retries()).isOne();
        assertThat(facts.retrySince()).isNotNull();
        assertThat(dueIn(facts)).isEqualTo(Duration.ofMinutes(5));
        assertThat(dueFor(id)).isEqualTo("payment");
    }

    @ParameterizedTest
    @CsvSource({"0,5", "1,15", "2,45", "3,135", "4,360", "50,360"})
    void triesAreThreeTimesAsFarApartUpToTheLongest(int retries, long minutes) {
        RegistrationId id = undoing();
        rows.set(id, "retries = %d, retry_since = now()".formatted(retries));

        assertThat(dueIn(rest(id, 0))).isEqualTo(Duration.ofMinutes(minutes));
        assertThat(rows.facts(id).retries()).isEqualTo(retries + 1);
    }

    @Test
    void afterTheLastTryOnlyACommandTries() {
        RegistrationId id = undoing();
        rows.set(id, "retries = 40, retry_since = now() - interval '7 days' + interval '5 hours'");

        RegistrationFacts given = rest(id, 0);

        assertThat(given.status()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(dueIn(given)).isNull();
        rows.command(id, Command.Kind.ATTEND);
        assertThat(dueIn(rows.facts(id))).isNotNull();
    }

    @Test
    void heldRegistrationIsNotTriedByItself() {
        RegistrationId id = undoing();
        DATABASE.jdbi().useTransaction(handle -> transitions.hold(handle, id, true));

        assertThat(dueIn(rest(id, 0))).isNull();
        assertThat(rows.facts(id).status()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
    }

    @Test
    void commandThatIsNotAppliedIsDueAtOnceEvenIfHeld() {
        RegistrationId id = undoing();
        rows.set(id, "held = TRUE");
        rows.command(id, Command.Kind.ATTEND);

        RegistrationFacts facts = rest(id, 0);

        assertThat(dueIn(facts)).isZero();
        assertThat(facts.commandsPending()).isTrue();
        assertThat(dueIn(rest(id, 1))).isNull();
    }

    @Test
    void lastRowThatClosesEndsTheRegistrationAndClearsWhatWasDue() {
        RegistrationId id = undoing();
        UUID account = rows.undo(id, "delete_account", "database", null);
        CompletableFuture<Settled> waiter = rows.watch().await(id);
        rest(id, 0);
        rows.set(id, "attending = TRUE");
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET state = 'RESOLVED', closed_at = now(), closed_by = 'operator'"
                                + " WHERE registration_id = ? AND action = 'refund'",
                        id.value()));
        assertThat(settle(id).status()).isEqualTo(RegistrationStatus.COMPENSATING);
        assertThat(moneyOpen(id)).isFalse();

        rows.close(account, Duration.ZERO);
        RegistrationFacts ended = rest(id, 0);

        assertThat(ended.status()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(ended.finishedAt()).isCloseTo(ended.now(), A_SECOND);
        assertThat(ended.retries()).isZero();
        assertThat(ended.retrySince()).isNull();
        assertThat(dueIn(ended)).isNull();
        assertThat(waiter).isCompleted();
    }

    @Test
    void lateLookupsAreDueAfterTheEndOneByOneAndThenNoMore() {
        RegistrationId id = inDoubt(Duration.ZERO);

        assertThat(dueIn(rest(id, 0))).isBetween(Duration.ofSeconds(598), Duration.ofMinutes(10));
        assertThat(moneyOpen(id)).isTrue();
        DATABASE.jdbi().useTransaction(handle -> transitions.lookAnswered(handle, id, 1));
        assertThat(dueIn(rest(id, 0))).isBetween(Duration.ofHours(23), Duration.ofHours(24));
        DATABASE.jdbi().useTransaction(handle -> transitions.lookAnswered(handle, id, 2));

        assertThat(dueIn(rest(id, 0))).isNull();
        assertThat(rows.facts(id).inDoubt()).isFalse();
        assertThat(moneyOpen(id)).isFalse();
    }

    @Test
    void lookupThatWasNotAnsweredIsAskedAgainButNotAtOnce() {
        RegistrationId id = inDoubt(Duration.ofHours(1));

        assertThat(rows.facts(id).lookDue(Rows.SCHEDULE)).isTrue();
        assertThat(dueIn(rest(id, 0))).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void provedRefundIsLookedAtAgainAfterADayAWeekAndAMonth() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        UUID refund = rows.refund(id);
        rows.close(refund, Duration.ZERO);

        for (Duration wait : Rows.SCHEDULE.refundWatch()) {
            assertThat(dueIn(rest(id, 0))).isBetween(wait.minusSeconds(2), wait);
            assertThat(dueFor(id)).isEqualTo("payment");
            DATABASE.jdbi()
                    .useHandle(handle -> handle.execute(
                            "UPDATE compensations SET watch_stage = watch_stage + 1 WHERE id = ?", refund));
        }
        assertThat(dueIn(rest(id, 0))).isNull();
    }

    @Test
    void refundThatWasClosedBecauseThereWasNoPaymentIsNotLookedAtAgain() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        UUID refund = rows.refund(id);
        rows.close(refund, Duration.ZERO);
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute("UPDATE compensations SET reference = NULL WHERE id = ?", refund));

        assertThat(dueIn(rest(id, 0))).isNull();
    }

    @Test
    void earliestOfWhatIsDueCounts() {
        RegistrationId id = inDoubt(Duration.ZERO);
        rows.close(rows.refund(id), Duration.ZERO);
        rows.undo(id, "delete_profile", "profile", null);

        assertThat(dueIn(rest(id, 0))).isEqualTo(Duration.ofMinutes(5));
        assertThat(dueFor(id)).isEqualTo("profile");
    }

    @Test
    void rowThatOpensAfterTheEndDoesNotChangeItAndIsTried() {
        RegistrationId id = rows.with(RegistrationStatus.COMPLETED);
        rows.refund(id);

        RegistrationFacts facts = rest(id, 0);

        assertThat(facts.status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(dueIn(facts)).isEqualTo(Duration.ofMinutes(5));
        assertThat(moneyOpen(id)).isTrue();
    }

    @Test
    void runThatRestsWithNothingLeftButIsNotEndedIsDueAtOnce() {
        RegistrationId id = rows.running();

        RegistrationFacts facts = rest(id, 0);

        assertThat(facts.status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(dueIn(facts)).isZero();
    }

    @Test
    void changeUnderARunLeavesItsDueTimeAndGivesOneToWhatHadNone() {
        RegistrationId id = rows.running();
        RegistrationFacts before = rows.facts(id);

        assertThat(settle(id).attendAt()).isEqualTo(before.attendAt());
        rows.set(id, "attend_at = NULL");

        assertThat(dueIn(settle(id))).isEqualTo(Rows.SCHEDULE.check());
    }

    @Test
    void claimTakesOverFromEarlierRunsOnly() {
        RegistrationId id = undoing();
        rest(id, 0);

        RegistrationFacts claimed = claim(id, 3);

        assertThat(claimed.run()).isEqualTo(3);
        assertThat(claimed.attending()).isTrue();
        assertThat(claimed.status()).isEqualTo(RegistrationStatus.COMPENSATING);
        assertThat(claim(id, 3).run()).isEqualTo(3);
        assertThatThrownBy(() -> claim(id, 2)).isInstanceOf(StaleRunException.class);
        assertThat(rows.facts(id))
                .usingRecursiveComparison()
                .ignoringFields("now")
                .isEqualTo(claimed);
    }

    @Test
    void claimOfAnAcceptedOneRunsIt() {
        assertThat(claim(rows.with(RegistrationStatus.ACCEPTED), 2).status()).isEqualTo(RegistrationStatus.RUNNING);
    }

    @Test
    void keptPaymentIsWrittenOnce() {
        RegistrationId id = rows.running();

        for (String transaction : List.of("tx_1", "tx_2")) {
            DATABASE.jdbi().useTransaction(handle -> transitions.keep(handle, id, transaction));
        }

        assertThat(rows.facts(id).keptTransaction()).isEqualTo("tx_1");
    }

    @Test
    void lockNamesAnUnknownRegistration() {
        assertThatThrownBy(() -> rows.facts(RegistrationId.random())).hasMessageContaining("no row of registration");
    }
}
