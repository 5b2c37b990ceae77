package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.database.TestDatabase;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.ProviderNames;
import dev.registrar.model.RegistrationId;
import dev.registrar.payment.PaymentService;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.Rows;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway that charged twice before the registration was cancelled: both payments are refunded before the profile is deleted. */
class SecondPaymentsTest {

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final Rows rows = new Rows(DATABASE.jdbi());
    private final CompensationLedger ledger = new CompensationLedger(DATABASE.jdbi());
    private final RegistrationId id = rows.running();
    private final PlannedUndo known = new PlannedUndo(
            UndoAction.REFUND, "tx_1", IdempotencyKey.refund(id).value(), JdbiCompensationRecordsTest.PRICE);

    private static FoundPayment payment(String transaction, PaymentStatus status) {
        Money price = JdbiCompensationRecordsTest.PRICE;
        Money captured = status == PaymentStatus.PENDING ? Money.of("0", "USD") : price;
        return new FoundPayment(transaction, status, price, captured, List.of(), JdbiCompensationRecordsTest.AT, true);
    }

    private List<String> begun(Optional<List<FoundPayment>> held, boolean terminated, PlannedUndo... more) {
        return begun(new SecondPayments(rows.store(), (row, known, acting) -> held), terminated, more);
    }

    private List<String> begun(SecondPayments second, boolean terminated, PlannedUndo... more) {
        List<PlannedUndo> plan = new ArrayList<>(List.of(known));
        plan.addAll(List.of(more));
        plan.add(PlannedUndo.of(UndoAction.DELETE_PROFILE, "u-1"));
        new JdbiCompensationRecords(
                        DATABASE.jdbi(),
                        Rows.json(),
                        rows.transitions(),
                        rows.inbox(),
                        rows.store(),
                        second,
                        rows.meters())
                .beginUndo(new BeginUndo(
                        id,
                        1,
                        RegistrationStatus.CANCELLED,
                        plan,
                        null,
                        false,
                        terminated,
                        JdbiCompensationRecordsTest.AT));
        return ledger.of(id).stream()
                .map(row -> row.action().code() + " " + row.reference() + " " + row.idempotencyKey())
                .toList();
    }

    private boolean inDoubt() {
        return DATABASE.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT in_doubt FROM registrations WHERE id = :id")
                        .bind("id", id.value())
                        .mapTo(Boolean.class)
                        .one());
    }

    @Test
    void furtherPaymentIsRefundedUnderItsOwnKeyBeforeTheProfileIsDeleted() {
        FoundPayment one = payment("tx_1", PaymentStatus.SUCCEEDED);
        FoundPayment two = payment("tx_2", PaymentStatus.SUCCEEDED);

        assertThat(begun(Optional.of(List.of(one, two)), false))
                .containsExactly(
                        "refund tx_1 refund:" + id, "refund tx_2 refund:" + id + ":tx_2", "delete_profile u-1 ");
        assertThat(inDoubt()).isFalse();
    }

    @Test
    void paymentThatTheRunKnewIsNotRefundedTwice() {
        FoundPayment two = payment("tx_2", PaymentStatus.SUCCEEDED);
        PlannedUndo planned = new PlannedUndo(
                UndoAction.REFUND,
                "tx_2",
                IdempotencyKey.refund(id, "tx_2").value(),
                JdbiCompensationRecordsTest.PRICE);

        assertThat(begun(Optional.of(List.of(two)), false, planned)).hasSize(3);
    }

    @Test
    void withoutAnAnswerTheUndoBeginsAndThePaymentIsLookedUpLater() {
        assertThat(begun(Optional.empty(), false)).hasSize(2);
        assertThat(inDoubt()).isTrue();
    }

    /** An adapter that fails in a way it must not. */
    @Test
    void lookupThatFailsUnexpectedlyDoesNotHoldUpTheUndo() {
        PaymentService broken = (PaymentService) Proxy.newProxyInstance(
                PaymentService.class.getClassLoader(),
                new Class<?>[] {PaymentService.class},
                (proxy, method, given) -> {
                    throw new IllegalStateException("broken");
                });

        assertThat(begun(SecondPayments.over(rows.store(), broken, ProviderNames.UNKNOWN, Runnable::run), false))
                .hasSize(2);
        assertThat(inDoubt()).isTrue();
    }

    @Test
    void pendingPaymentIsLookedUpLater() {
        assertThat(begun(Optional.of(List.of(payment("tx_2", PaymentStatus.PENDING))), false))
                .hasSize(2);
        assertThat(inDoubt()).isTrue();
    }

    @Test
    void undoThatAnOperatorHasToStartAsksLater() {
        assertThat(begun(Optional.of(List.of(payment("tx_2", PaymentStatus.SUCCEEDED))), true))
                .hasSize(2);
    }
}
