package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.CompensationRecords.OpenRows;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.CompensationRecords.RefundLook;
import dev.registrar.compensation.CompensationRecords.ResolveOrder;
import dev.registrar.compensation.CompensationRecords.ResolveRow;
import dev.registrar.compensation.CompensationRecords.UndoRow;
import dev.registrar.compensation.JdbiCompensationRecords.ResolvePayload;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.Money;
import dev.registrar.model.RegistrationId;
import dev.registrar.store.Command;
import dev.registrar.store.CommandInbox.Sender;
import dev.registrar.store.PaymentResolution;
import dev.registrar.store.RegistrationRecords.CommandOf;
import dev.registrar.store.RegistrationRecords.RunOf;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows that an operator closes by hand, and rows opened after the end. */
class ResolvedRowsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Money PRICE = JdbiCompensationRecordsTest.PRICE;

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final CompensationRecords records = JdbiCompensationRecordsTest.records(rows, DATABASE);
    private final CompensationLedger ledger = new CompensationLedger(DATABASE.jdbi());

    private RegistrationId undoing() {
        RegistrationId id = rows.running();
        rows.set(id, "compensating_at = now(), intended_end = 'FAILED'");
        return id;
    }

    private int resolve(RegistrationId id, UUID row, PaymentResolution.@Nullable Outcome outcome) {
        return DATABASE.jdbi().inTransaction(handle -> {
            rows.transitions().lock(handle, id);
            return rows.inbox()
                    .add(
                            handle,
                            id,
                            Command.Kind.RESOLVE,
                            row.toString(),
                            new ResolvePayload(row, "TICKET-1", outcome, false),
                            new Sender("ann", "by hand", null));
        });
    }

    private @Nullable String apply(RegistrationId id, int seq, @Nullable String contradiction) {
        records.resolveRow(new ResolveRow(id, 1, seq, contradiction, null, null, JdbiCompensationRecordsTest.AT));
        return rows.inbox().find(id, seq).filter(Command::applied).orElseThrow().errorCode();
    }

    @Test
    void rowThatAnOperatorClosesIsResolvedAndTheLastEndsTheRegistration() {
        RegistrationId id = undoing();
        UUID row = rows.refund(id);
        int seq = resolve(id, row, null);

        ResolveOrder order = records.resolveOrder(new CommandOf(id, 1, seq));
        assertThat(order.row()).extracting(UndoRow::id).isEqualTo(row);
        assertThat(order.reference()).isEqualTo("TICKET-1");
        assertThat(apply(id, seq, null)).isNull();

        Compensation closed = ledger.of(id).get(0);
        assertThat(closed.state()).isEqualTo(UndoState.RESOLVED);
        assertThat(closed.closedBy()).isEqualTo("operator");
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void commandWithAPayloadOfANewerVersionIsLeftUnapplied() {
        RegistrationId id = undoing();
        UUID row = rows.refund(id);
        int seq = resolve(id, row, null);
        DATABASE.jdbi()
                .useHandle(
                        handle -> handle.execute(
                                "UPDATE commands SET payload = convert_to(jsonb_set(convert_from(payload, 'UTF8')::jsonb, '{split}', '2')::text, 'UTF8')"));

        assertThatThrownBy(() -> records.resolveOrder(new CommandOf(id, 1, seq)))
                .hasStackTraceContaining("NewerVersionException")
                .hasStackTraceContaining("split");
        assertThat(rows.inbox().find(id, seq).orElseThrow().applied()).isFalse();
        assertThat(ledger.of(id).get(0).state()).isEqualTo(UndoState.OPEN);
    }

    @Test
    void rowStaysOpenWhereTheProviderContradicts() {
        RegistrationId id = undoing();
        UUID row = rows.refund(id);
        int seq = resolve(id, row, PaymentResolution.Outcome.NOT_CHARGED);

        assertThat(apply(id, seq, "charged")).isEqualTo("contradicted");

        assertThat(rows.inbox().find(id, seq).orElseThrow().result()).contains("charged");
        assertThat(ledger.of(id).get(0).state()).isEqualTo(UndoState.OPEN);
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.COMPENSATING);
    }

    @Test
    void rowThatIsClosedAlreadyIsSaidSo() {
        RegistrationId id = undoing();
        UUID row = rows.refund(id);
        rows.undo(id, "delete_profile", "profile", null);
        int seq = resolve(id, row, null);
        rows.close(row, Duration.ZERO);

        assertThat(records.resolveOrder(new CommandOf(id, 1, seq)).row()).isNull();
        assertThat(apply(id, seq, null)).isEqualTo("already_closed");

        assertThat(ledger.of(id)).extracting(Compensation::closedBy).contains("provider");
    }

    @Test
    void answerOfAnOperatorAboutAPaymentIsWhatTheRunGoesOnFrom() {
        RegistrationId id = rows.running();
        UUID row = rows.undo(id, "resolve_payment", "payment", "49.90");
        int seq = resolve(id, row, PaymentResolution.Outcome.CHARGED);

        apply(id, seq, null);

        String resolution = DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT concat_ws(' ', resolution ->> 'outcome', resolution ->> 'transactionId', resolution ->> 'note') FROM compensations WHERE id = :id AND resolution ->> 'transactionId' IS NULL")
                        .bind("id", row)
                        .mapTo(String.class)
                        .one());
        assertThat(resolution).isEqualTo("CHARGED TICKET-1");
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.RUNNING);
    }

    private static PlannedUndo extra(RegistrationId id, String transaction) {
        return new PlannedUndo(UndoAction.REFUND, transaction, "refund:" + id + ":" + transaction, PRICE);
    }

    private List<UndoRow> open(RegistrationId id, PlannedUndo... undo) {
        return records.openRows(new OpenRows(id, 1, List.of(undo), "tx_kept", JdbiCompensationRecordsTest.AT));
    }

    @Test
    void everyExtraPaymentOfACompletedRegistrationGetsOneRowUnderItsOwnKey() {
        RegistrationId id = rows.with(RegistrationStatus.COMPLETED);

        open(id, extra(id, "tx_2"), extra(id, "tx_3"));
        List<UndoRow> again = open(id, extra(id, "tx_3"));

        assertThat(again)
                .extracting(UndoRow::idempotencyKey)
                .containsExactlyInAnyOrder("refund:" + id + ":tx_2", "refund:" + id + ":tx_3");
        assertThat(again).extracting(UndoRow::state).containsOnly(UndoState.OPEN);
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(rows.facts(id).keptTransaction()).isEqualTo("tx_kept");
        assertThat(ledger.openWork().atRisk()).isNotEmpty();
    }

    @Test
    void provedRefundThatNoLongerHoldsGetsARowOfItsOwnAndOneThatAnOperatorClosedDoesNot() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        List<UndoRow> undo = open(id, extra(id, "tx_2"), extra(id, "tx_3"));
        records.closeUndo(new CloseUndo(id, 1, undo.get(0).id(), 1, null, JdbiCompensationRecordsTest.AT, List.of()));
        apply(id, resolve(id, undo.get(1).id(), null), null);

        open(id, extra(id, "tx_2"), extra(id, "tx_3"));

        assertThat(ledger.of(id))
                .extracting(row -> row.reference() + " " + row.state())
                .containsExactlyInAnyOrder("tx_2 DONE", "tx_2 OPEN", "tx_3 RESOLVED");
    }

    @Test
    void refundThatIsStillProvedIsLookedAtLaterAndOneThatWasReversedOpensARowThatWaitsForAnOperator() {
        RegistrationId id = rows.with(RegistrationStatus.FAILED);
        UndoRow refund = open(id, extra(id, "tx_1")).get(0);
        records.closeUndo(new CloseUndo(id, 1, refund.id(), 1, null, JdbiCompensationRecordsTest.AT, List.of()));

        records.recordRefundLook(new RefundLook(id, 1, refund.id(), null, JdbiCompensationRecordsTest.AT));
        assertThat(records.rows(new RunOf(id, 1))).hasSize(1);
        assertThat(rows.facts(id).held()).isFalse();
        records.recordRefundLook(new RefundLook(id, 1, refund.id(), PRICE, JdbiCompensationRecordsTest.AT));

        assertThat(ledger.of(id))
                .filteredOn(row -> row.state() == UndoState.OPEN)
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.idempotencyKey()).isEqualTo("refund:" + id + ":again:1");
                    assertThat(row.lastErrorCode()).isEqualTo("payment_refund_reversed");
                    assertThat(row.amount()).isEqualTo(PRICE);
                });
        assertThat(rows.facts(id).held()).isTrue();
        assertThat(rows.find(id).status()).isEqualTo(RegistrationStatus.FAILED);
    }

    @Test
    void accountIsSavedFromTheRequestUnlessThatWasErased() {
        RegistrationId id = rows.with(RegistrationStatus.COMPLETED);

        assertThat(records.accountData(new RunOf(id, 1)).profile()).isNotNull();
        rows.set(id, "request = NULL");

        assertThat(records.accountData(new RunOf(id, 1)).profile()).isNull();
    }
}
