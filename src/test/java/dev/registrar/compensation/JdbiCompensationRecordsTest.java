package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.CompensationRecords.LeaveOpen;
import dev.registrar.compensation.CompensationRecords.NameRefund;
import dev.registrar.compensation.CompensationRecords.OpenResolvePayment;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoBegun;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.StaleRunException;
import dev.registrar.model.Step;
import dev.registrar.store.DueRegistrations;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.RunOf;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import dev.registrar.store.StepError;
import dev.registrar.store.StepHistory;
import dev.registrar.store.StepReport;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How an undo begins, continues and ends in the ledger; rows closed by an operator are tested in {@link
 * ResolvedRowsTest}.
 */
class JdbiCompensationRecordsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    static final Instant AT = Rows.NOW.plusSeconds(10);
    static final Money PRICE = Money.of("49.90", "USD");

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final CompensationRecords records = records(rows, DATABASE);
    private final CompensationLedger ledger = new CompensationLedger(DATABASE.jdbi());

    static CompensationRecords records(Rows rows, TestDatabase database) {
        return new JdbiCompensationRecords(
                database.jdbi(),
                Rows.json(),
                rows.transitions(),
                rows.inbox(),
                rows.store(),
                SecondPayments.notAsked(rows.store()),
                rows.meters());
    }

    @AfterEach
    void nothingIsContradictory() {
        assertThat(new DueRegistrations(DATABASE.jdbi()).violations()).isZero();
    }

    private static PlannedUndo refundOf(RegistrationId id) {
        return new PlannedUndo(
                UndoAction.REFUND, "tx_1", IdempotencyKey.refund(id).value(), PRICE);
    }

    private static List<PlannedUndo> plan(RegistrationId id) {
        return List.of(
                refundOf(id),
                PlannedUndo.of(UndoAction.DELETE_ACCOUNT, "u-1"),
                PlannedUndo.of(UndoAction.DELETE_PROFILE, "u-1"));
    }

    private UndoBegun begin(RegistrationId id, RegistrationStatus end, List<PlannedUndo> plan) {
        StepHistory history = new StepHistory(
                List.of(StepReport.pending(Step.PROFILE)),
                List.of(new StepError(Step.PAYMENT, "payment_unknown", "text")));
        return records.beginUndo(new BeginUndo(id, 1, end, plan, history, true, false, AT));
    }

    private List<UndoRow> begun(RegistrationId id) {
        return begin(id, RegistrationStatus.FAILED, plan(id)).undo();
    }

    private List<UndoState> states(RegistrationId id) {
        return ledger.of(id).stream().map(Compensation::state).toList();
    }

    private void close(RegistrationId id, UndoRow row) {
        records.closeUndo(new CloseUndo(id, 1, row.id(), 2, null, AT.plusSeconds(1), List.of()));
    }

    private void leave(RegistrationId id, UndoRow row, int attempts, String code, int seconds) {
        records.leaveOpen(new LeaveOpen(id, 1, row.id(), attempts, code, AT.plusSeconds(seconds), List.of()));
    }

    @Test
    void undoBeginsWithItsMarkAndAllRowsInOneTransaction() {
        RegistrationId id = rows.running();

        UndoBegun begun = begin(id, RegistrationStatus.FAILED, plan(id));

        assertThat(begun.ended()).isNull();
        assertThat(begun.intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(begun.undo())
                .extracting(UndoRow::action, UndoRow::state, UndoRow::reference, UndoRow::idempotencyKey)
                .containsExactly(
                        tuple(UndoAction.REFUND, UndoState.OPEN, "tx_1", "refund:" + id),
                        tuple(UndoAction.DELETE_ACCOUNT, UndoState.PLANNED, "u-1", ""),
                        tuple(UndoAction.DELETE_PROFILE, UndoState.PLANNED, "u-1", ""));
        Registration row = rows.find(id);
        assertThat(row.status()).isEqualTo(RegistrationStatus.COMPENSATING);
        assertThat(row.undoBegunAt()).isEqualTo(AT);
        assertThat(row.intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(row.steps()).hasSize(1);
        assertThat(row.errors()).hasSize(1);
        assertThat(rows.facts(id).inDoubt()).isTrue();
        Compensation refund = ledger.of(id).get(0);
        assertThat(refund.amount()).isEqualTo(PRICE);
        assertThat(refund.openedAt()).isEqualTo(AT);
        assertThat(refund.closedAt()).isNull();
    }

    @Test
    void markIsTakenBackWhereARowCannotBeWritten() {
        RegistrationId id = rows.running();
        PlannedUndo unwritable = new PlannedUndo(UndoAction.DELETE_PROFILE, "u-\u0000", "", null);

        assertThatThrownBy(() -> begin(id, RegistrationStatus.FAILED, List.of(refundOf(id), unwritable)))
                .isInstanceOf(RuntimeException.class);

        assertThat(rows.find(id).undoBegunAt()).isNull();
        assertThat(ledger.of(id)).isEmpty();
    }

    @Test
    void undoWithoutRowsEndsAtOnce() {
        RegistrationId id = rows.running();

        assertThat(begin(id, RegistrationStatus.CANCELLED, List.of()).ended()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.CANCELLED);
    }

    @Test
    void secondBeginAnswersWithWhatTheFirstWrote() {
        RegistrationId id = rows.running();
        List<UndoRow> first = begun(id);
        close(id, first.get(0));

        UndoBegun second =
                begin(id, RegistrationStatus.CANCELLED, List.of(PlannedUndo.of(UndoAction.DELETE_PROFILE, "u-2")));

        assertThat(second.intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(second.undo())
                .extracting(UndoRow::id)
                .isEqualTo(first.stream().map(UndoRow::id).toList());
        assertThat(second.undo())
                .extracting(UndoRow::state)
                .containsExactly(UndoState.DONE, UndoState.OPEN, UndoState.PLANNED);
    }

    @Test
    void manyBeginsAtOnceAreOne() {
        RegistrationId id = rows.running();

        List<CompletableFuture<UndoBegun>> all = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> begin(id, RegistrationStatus.FAILED, plan(id))))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(ledger.of(id)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void endedRegistrationIsNotUndone(RegistrationStatus ended) {
        RegistrationId id = rows.with(ended);

        UndoBegun begun = begin(id, RegistrationStatus.CANCELLED, plan(id));

        assertThat(begun.ended()).isEqualTo(ended);
        assertThat(begun.undo()).isEmpty();
        assertThat(ledger.of(id)).isEmpty();
        assertThat(rows.find(id).undoBegunAt()).isNull();
        assertThat(rows.find(id).status()).isEqualTo(ended);
    }

    @Test
    void closedRowReleasesTheNextAndTheLastEndsTheRegistration() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begun(id);

        close(id, undo.get(0));
        assertThat(states(id)).containsExactly(UndoState.DONE, UndoState.OPEN, UndoState.PLANNED);
        close(id, undo.get(0));
        assertThat(states(id)).containsExactly(UndoState.DONE, UndoState.OPEN, UndoState.PLANNED);
        close(id, undo.get(1));
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.COMPENSATING);
        close(id, undo.get(2));

        assertThat(states(id)).containsOnly(UndoState.DONE);
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(rows.find(id).finishedAt()).isNotNull();
        Compensation refund = ledger.of(id).get(0);
        assertThat(refund.attempts()).isEqualTo(2);
        assertThat(refund.closedAt()).isEqualTo(AT.plusSeconds(1));
        assertThat(refund.closedBy()).isEqualTo("provider");
    }

    @Test
    void rowLeftOpenHoldsTheOthersBack() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begun(id);

        leave(id, undo.get(0), 10, "payment_unavailable", 5);
        leave(id, undo.get(0), 10, "payment_unavailable", 5);

        assertThat(states(id)).containsExactly(UndoState.OPEN, UndoState.PLANNED, UndoState.PLANNED);
        Compensation refund = ledger.of(id).get(0);
        assertThat(refund.attempts()).isEqualTo(10);
        assertThat(refund.lastErrorCode()).isEqualTo("payment_unavailable");
        leave(id, undo.get(0), 3, "payment_rejected", 9);
        assertThat(ledger.of(id).get(0).attempts()).isEqualTo(13);
        assertThat(ledger.of(id).get(0).lastErrorCode()).isEqualTo("payment_rejected");
    }

    @Test
    void closedRowIsNotLeftOpen() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begun(id);
        close(id, undo.get(0));

        leave(id, undo.get(0), 1, "payment_unavailable", 9);

        assertThat(states(id)).startsWith(UndoState.DONE);
        assertThat(ledger.of(id).get(0).lastErrorCode()).isNull();
    }

    @Test
    void refundIsNamedBeforeItIsSentAndNotAfterItIsClosed() {
        RegistrationId id = rows.running();
        UndoRow refund = begun(id).get(0);
        Money half = Money.of("20.00", "USD");

        records.nameRefund(new NameRefund(id, 1, refund.id(), "tx_2", "refund:x", half, null));

        assertThat(ledger.of(id).get(0))
                .extracting(Compensation::reference, Compensation::idempotencyKey, Compensation::amount)
                .containsExactly("tx_2", "refund:x", half);
        close(id, refund);
        records.nameRefund(new NameRefund(id, 1, refund.id(), "tx_3", "refund:y", PRICE, null));
        assertThat(ledger.of(id).get(0).reference()).isEqualTo("tx_2");
    }

    /** Once both were named {@code again:1}, and the run repeated that statement for ever. */
    @Test
    void refundSentAgainGetsAKeyThatNoneOfItsRegistrationHasUsed() {
        RegistrationId id = rows.running();
        String key = IdempotencyKey.refund(id).value();
        PlannedUndo reversed = new PlannedUndo(UndoAction.REFUND, "tx_2", key + ":again:1", PRICE);
        UndoRow refund = begin(id, RegistrationStatus.FAILED, List.of(refundOf(id), reversed))
                .undo()
                .get(0);
        NameRefund again = new NameRefund(id, 1, refund.id(), "tx_1", IdempotencyKey.again(key), PRICE, key);

        String named = records.nameRefund(again);

        assertThat(named).isEqualTo(key + ":again:2");
        assertThat(records.nameRefund(again)).as("repeated by Temporal").isEqualTo(named);
        assertThat(ledger.of(id))
                .extracting(Compensation::reference, Compensation::idempotencyKey)
                .containsExactlyInAnyOrder(tuple("tx_1", named), tuple("tx_2", key + ":again:1"));
    }

    @Test
    void rowThatAnAttemptIsWorkingOnIsRunningUntilThatTime() {
        RegistrationId id = rows.running();
        begun(id);
        attempt(id, "now() + interval '30 seconds'");

        assertThat(states(id)).startsWith(UndoState.RUNNING);
        assertThat(ledger.openWork().rows()).isPositive();
        attempt(id, "now() - interval '1 second'");

        assertThat(states(id)).startsWith(UndoState.OPEN);
    }

    private static void attempt(RegistrationId id, String until) {
        DATABASE.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE compensations SET attempt_until = " + until
                                + " WHERE registration_id = ? AND action = 'refund'",
                        id.value()));
    }

    @Test
    void unknownPaymentIsOpenedOnceAndItsRegistrationMayStillGoForward() {
        RegistrationId id = rows.running();
        StepHistory history = new StepHistory(List.of(StepReport.pending(Step.PROFILE)), List.of());
        OpenResolvePayment open = new OpenResolvePayment(
                id, 1, RegistrationStatus.CANCELLED, "tx_9", PRICE, "payment_unknown", history, AT);

        records.openResolvePayment(open);
        records.openResolvePayment(open);

        assertThat(ledger.of(id)).singleElement().satisfies(row -> {
            assertThat(row.action()).isEqualTo(UndoAction.RESOLVE_PAYMENT);
            assertThat(row.state()).isEqualTo(UndoState.OPEN);
            assertThat(row.reference()).isEqualTo("tx_9");
            assertThat(row.amount()).isEqualTo(PRICE);
            assertThat(row.lastErrorCode()).isEqualTo("payment_unknown");
        });
        assertThat(rows.find(id).undoBegunAt()).isNull();
        assertThat(rows.find(id).intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(rows.find(id).steps()).isEqualTo(history.steps());
    }

    @Test
    void unknownPaymentThatIsAnsweredLetsTheRegistrationGoOn() {
        RegistrationId id = rows.running();
        records.openResolvePayment(new OpenResolvePayment(
                id,
                1,
                RegistrationStatus.FAILED,
                null,
                PRICE,
                "payment_unknown",
                new StepHistory(List.of(), List.of()),
                AT));
        UndoRow row = records.rows(new RunOf(id, 1)).get(0);
        PaymentResolution charged = new PaymentResolution(PaymentResolution.Outcome.CHARGED, "tx_1", PRICE);

        records.closeUndo(new CloseUndo(id, 1, row.id(), 1, charged, AT, List.of()));

        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.RUNNING);
        assertThat(states(id)).containsExactly(UndoState.DONE);
    }

    @Test
    void unknownPaymentOfAnEndedRegistrationIsNotOpened() {
        RegistrationId id = rows.with(RegistrationStatus.COMPLETED);

        records.openResolvePayment(new OpenResolvePayment(
                id,
                1,
                RegistrationStatus.CANCELLED,
                null,
                PRICE,
                "payment_unknown",
                new StepHistory(List.of(), List.of()),
                AT));

        assertThat(ledger.of(id)).isEmpty();
    }

    @Test
    void runThatIsNotTheCurrentOneWritesNothing() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begun(id);
        rows.set(id, "run = 2");
        List<Compensation> before = ledger.of(id);

        for (ThrowingCallable write : List.<ThrowingCallable>of(
                () -> begun(id),
                () -> records.rows(new RunOf(id, 1)),
                () -> close(id, undo.get(0)),
                () -> leave(id, undo.get(0), 1, "payment_unknown", 1),
                () -> records.nameRefund(new NameRefund(id, 1, undo.get(0).id(), "tx_2", "k", PRICE, null)),
                () -> records.resolveOrder(new CommandOf(id, 1, 1)))) {
            assertThatThrownBy(write).isInstanceOf(StaleRunException.class);
        }

        assertThat(ledger.of(id)).isEqualTo(before);
    }

    @Test
    void ledgerReadsManyAtOnce() {
        RegistrationId with = rows.running();
        RegistrationId without = rows.running();
        begun(with);

        assertThat(ledger.of(List.of(with, without))).containsOnlyKeys(with);
        assertThat(ledger.of(List.of(with, without)).get(with)).isEqualTo(ledger.of(with));
        assertThat(ledger.of(List.<RegistrationId>of())).isEmpty();
    }
}
