package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.CompensationRecords.LeaveOpen;
import dev.registrar.compensation.CompensationRecords.OpenResolvePayment;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.UndoBegun;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.database.TestDatabase;
import dev.registrar.metrics.RegistrarMeters;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.Step;
import dev.registrar.store.Registration;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import dev.registrar.store.StepError;
import dev.registrar.store.StepReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JdbiCompensationRecordsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Instant AT = Rows.NOW.plusSeconds(10);
    private static final Money PRICE = Money.of("49.90", "USD");
    private static final List<PlannedUndo> PLAN = List.of(
            new PlannedUndo(UndoAction.REFUND, "tx_1", PRICE),
            new PlannedUndo(UndoAction.DELETE_ACCOUNT, "u-1", null),
            new PlannedUndo(UndoAction.DELETE_PROFILE, "u-1", null));

    private final RegistrarMeters meters = new RegistrarMeters(new SimpleMeterRegistry());
    private Rows rows;
    private CompensationRecords records;
    private CompensationLedger ledger;

    @BeforeEach
    void open() {
        rows = new Rows(DATABASE.jdbi());
        records = new JdbiCompensationRecords(DATABASE.jdbi(), Rows.json(), meters);
        ledger = new CompensationLedger(DATABASE.jdbi(), Rows.json(), meters);
    }

    private UndoBegun begin(RegistrationId id, RegistrationStatus end, List<PlannedUndo> plan) {
        return records.beginUndo(new BeginUndo(
                id,
                end,
                plan,
                List.of(StepReport.pending(Step.PROFILE)),
                List.of(new StepError(Step.PAYMENT, "payment_unknown", "text")),
                true,
                AT));
    }

    private List<UndoState> states(RegistrationId id) {
        return ledger.of(id).stream().map(Compensation::state).toList();
    }

    private void close(RegistrationId id, UndoRow row) {
        records.closeUndo(new CloseUndo(id, row.id(), 2, AT.plusSeconds(1)));
    }

    @Test
    void undoBeginsWithItsMarkAndAllRows() {
        RegistrationId id = rows.running();

        UndoBegun begun = begin(id, RegistrationStatus.FAILED, PLAN);

        assertThat(begun.ended()).isNull();
        assertThat(begun.intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(begun.undo())
                .extracting(UndoRow::action, UndoRow::state, UndoRow::reference)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(UndoAction.REFUND, UndoState.OPEN, "tx_1"),
                        org.assertj.core.groups.Tuple.tuple(UndoAction.DELETE_ACCOUNT, UndoState.PLANNED, "u-1"),
                        org.assertj.core.groups.Tuple.tuple(UndoAction.DELETE_PROFILE, UndoState.PLANNED, "u-1"));
        Registration row = rows.find(id);
        assertThat(row.status()).isEqualTo(RegistrationStatus.COMPENSATING);
        assertThat(row.undoBegunAt()).isEqualTo(AT);
        assertThat(row.intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(row.steps()).hasSize(1);
        assertThat(row.errors()).hasSize(1);
        Compensation refund = ledger.of(id).get(0);
        assertThat(refund.amount()).isEqualTo(PRICE);
        assertThat(refund.attempts()).isZero();
        assertThat(refund.openedAt()).isEqualTo(AT);
        assertThat(refund.closedAt()).isNull();
        assertThat(ledger.of(id).get(1).amount()).isNull();
    }

    @Test
    void secondBeginAnswersWithWhatTheFirstWrote() {
        RegistrationId id = rows.running();
        UndoBegun first = begin(id, RegistrationStatus.FAILED, PLAN);
        close(id, first.undo().get(0));

        UndoBegun second = begin(
                id, RegistrationStatus.CANCELLED, List.of(new PlannedUndo(UndoAction.DELETE_PROFILE, "u-2", null)));

        assertThat(second.intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(second.undo())
                .extracting(UndoRow::id)
                .isEqualTo(first.undo().stream().map(UndoRow::id).toList());
        assertThat(second.undo())
                .extracting(UndoRow::state)
                .containsExactly(UndoState.DONE, UndoState.OPEN, UndoState.PLANNED);
    }

    @Test
    void manyBeginsAtOnceAreOne() {
        RegistrationId id = rows.running();

        List<CompletableFuture<UndoBegun>> all = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> begin(id, RegistrationStatus.FAILED, PLAN)))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(ledger.of(id)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPLETED", "FAILED", "CANCELLED"})
    void endedRegistrationIsNotUndone(RegistrationStatus ended) {
        RegistrationId id = rows.with(ended);

        UndoBegun begun = begin(id, RegistrationStatus.CANCELLED, PLAN);

        assertThat(begun.ended()).isEqualTo(ended);
        assertThat(begun.undo()).isEmpty();
        assertThat(ledger.of(id)).isEmpty();
        assertThat(rows.find(id).undoBegunAt()).isNull();
        assertThat(rows.find(id).status()).isEqualTo(ended);
    }

    @Test
    void closedRowReleasesTheNext() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begin(id, RegistrationStatus.FAILED, PLAN).undo();

        close(id, undo.get(0));
        assertThat(states(id)).containsExactly(UndoState.DONE, UndoState.OPEN, UndoState.PLANNED);
        close(id, undo.get(0));
        assertThat(states(id)).containsExactly(UndoState.DONE, UndoState.OPEN, UndoState.PLANNED);
        close(id, undo.get(1));
        close(id, undo.get(2));

        assertThat(states(id)).containsOnly(UndoState.DONE);
        Compensation refund = ledger.of(id).get(0);
        assertThat(refund.attempts()).isEqualTo(2);
        assertThat(refund.closedAt()).isEqualTo(AT.plusSeconds(1));
        assertThat(refund.closedBy()).isEqualTo("provider");
    }

    @Test
    void rowLeftOpenHoldsTheOthersBack() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begin(id, RegistrationStatus.FAILED, PLAN).undo();
        LeaveOpen leave =
                new LeaveOpen(undo.get(0).id(), 10, "payment_unavailable", Money.of("9.90", "USD"), AT.plusSeconds(5));

        records.leaveOpen(leave);
        records.leaveOpen(leave);

        assertThat(states(id)).containsExactly(UndoState.OPEN, UndoState.PLANNED, UndoState.PLANNED);
        Compensation refund = ledger.of(id).get(0);
        assertThat(refund.attempts()).isEqualTo(10);
        assertThat(refund.lastErrorCode()).isEqualTo("payment_unavailable");
        assertThat(refund.amount()).isEqualTo(Money.of("9.90", "USD"));
        assertThat(refund.firstFailedAt()).isEqualTo(AT.plusSeconds(5));
        assertThat(refund.lastFailedAt()).isEqualTo(AT.plusSeconds(5));
    }

    @Test
    void laterFailureKeepsTheFirstTimeAndTheAmount() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begin(id, RegistrationStatus.FAILED, PLAN).undo();

        records.leaveOpen(new LeaveOpen(undo.get(0).id(), 10, "payment_unavailable", null, AT.plusSeconds(5)));
        records.leaveOpen(new LeaveOpen(undo.get(0).id(), 3, "payment_rejected", null, AT.plusSeconds(9)));

        Compensation refund = ledger.of(id).get(0);
        assertThat(refund.attempts()).isEqualTo(13);
        assertThat(refund.lastErrorCode()).isEqualTo("payment_rejected");
        assertThat(refund.amount()).isEqualTo(PRICE);
        assertThat(refund.firstFailedAt()).isEqualTo(AT.plusSeconds(5));
        assertThat(refund.lastFailedAt()).isEqualTo(AT.plusSeconds(9));
    }

    @Test
    void closedRowIsNotOpenedAgain() {
        RegistrationId id = rows.running();
        List<UndoRow> undo = begin(id, RegistrationStatus.FAILED, PLAN).undo();
        close(id, undo.get(0));

        records.leaveOpen(new LeaveOpen(undo.get(0).id(), 1, "payment_unavailable", null, AT.plusSeconds(9)));

        assertThat(states(id)).startsWith(UndoState.DONE);
        assertThat(ledger.of(id).get(0).lastErrorCode()).isNull();
    }

    @Test
    void unknownPaymentIsOpenedOnce() {
        RegistrationId id = rows.running();
        OpenResolvePayment open =
                new OpenResolvePayment(id, RegistrationStatus.CANCELLED, "tx_9", PRICE, "payment_unknown", AT);

        records.openResolvePayment(open);
        records.openResolvePayment(open);

        assertThat(ledger.of(id)).singleElement().satisfies(row -> {
            assertThat(row.action()).isEqualTo(UndoAction.RESOLVE_PAYMENT);
            assertThat(row.state()).isEqualTo(UndoState.OPEN);
            assertThat(row.reference()).isEqualTo("tx_9");
            assertThat(row.amount()).isEqualTo(PRICE);
            assertThat(row.lastErrorCode()).isEqualTo("payment_unknown");
            assertThat(row.intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        });
        assertThat(rows.find(id).undoBegunAt()).isNull();
    }

    @Test
    void unknownPaymentOfAnEndedRegistrationIsNotOpened() {
        RegistrationId id = rows.with(RegistrationStatus.COMPLETED);

        records.openResolvePayment(
                new OpenResolvePayment(id, RegistrationStatus.CANCELLED, null, PRICE, "payment_unknown", AT));

        assertThat(ledger.of(id)).isEmpty();
    }

    @Test
    void ledgerReadsManyAtOnce() {
        RegistrationId with = rows.running();
        RegistrationId without = rows.running();
        begin(with, RegistrationStatus.FAILED, PLAN);

        assertThat(ledger.of(List.of(with, without))).containsOnlyKeys(with);
        assertThat(ledger.of(List.of(with, without)).get(with)).isEqualTo(ledger.of(with));
        assertThat(ledger.of(List.<RegistrationId>of())).isEmpty();
    }
}
