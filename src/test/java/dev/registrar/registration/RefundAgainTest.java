package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.Money;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.store.Command;
import dev.registrar.store.RegistrationStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An operator has a refund sent again that the gateway had confirmed and took back. */
class RefundAgainTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    @BeforeEach
    void cancelledAndRefunded() {
        world.ledger().requestCancel();
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);
    }

    private List<Compensation> refunds() {
        return world.ledger().rows().stream()
                .filter(row -> row.action() == UndoAction.REFUND)
                .toList();
    }

    private int again() {
        return world.ledger()
                .leave(Command.Kind.REFUND_AGAIN, refunds().get(0).id().toString(), null);
    }

    private static Reply shows(Money refunded, @Nullable RefundStatus status) {
        List<FoundRefund> refunds =
                status == null ? List.of() : List.of(new FoundRefund("re_1", null, refunded, status));
        return Reply.answers(new PaymentLookup(List.of(
                new FoundPayment("tx_1", PaymentStatus.SUCCEEDED, World.PRICE, World.PRICE, refunds, null, true))));
    }

    private void assertRefused(int command, String code, int run) {
        int sent = world.count("refundPayment");
        assertThat(RIG.again(world, run).end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.ledger().command(command)).isEqualTo(code);
        assertThat(world.count("refundPayment")).isEqualTo(sent);
        assertThat(refunds()).hasSize(1);
    }

    @Test
    void reversedRefundIsSentInAnotherRowAfterTwoAgreeingReads() {
        world.providers().refundsReversed();
        int lookups = world.count("findPayment");
        int command = again();

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.ledger().command(command)).isEqualTo("applied");
        CallGaps.assertGap(world, "findPayment", lookups, 60);
        assertThat(refunds()).extracting(Compensation::state).containsExactly(UndoState.DONE, UndoState.DONE);
        assertThat(refunds())
                .extracting(Compensation::idempotencyKey)
                .containsExactly("refund:" + world.id(), "refund:" + world.id() + ":again:1");
        List<ServiceCall> sent = world.calls("refundPayment");
        RefundPayment last = (RefundPayment) sent.get(sent.size() - 1).argument();
        assertThat(last.idempotencyKey()).hasToString("refund:" + world.id() + ":again:1");
        assertThat(last.amount()).isEqualTo(World.PRICE);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void eachRepetitionHasAKeyOfItsOwn() {
        world.providers().refundsReversed();
        again();
        RIG.again(world, 2).end();
        world.providers().refundsReversed();
        again();

        RIG.again(world, 3).end();

        assertThat(refunds())
                .extracting(Compensation::idempotencyKey)
                .containsExactlyInAnyOrder(
                        "refund:" + world.id(),
                        "refund:" + world.id() + ":again:1",
                        "refund:" + world.id() + ":again:2");
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void refundThatStillHoldsIsNotSentAgain() {
        assertRefused(again(), "already_refunded", 2);
    }

    @Test
    void oneStaleReadDecidesNothing() {
        world.next("findPayment", shows(World.PRICE, null));

        assertRefused(again(), "already_refunded", 2);
    }

    @Test
    void readsThatDisagreeSendNothing() {
        world.next("findPayment", shows(World.PRICE, null), shows(Money.of("9.90", "USD"), RefundStatus.SUCCEEDED));

        assertRefused(again(), "payment_changing", 2);
    }

    @Test
    void nothingIsSentWhileAnotherRefundIsUnderWay() {
        world.next("findPayment", shows(World.PRICE, RefundStatus.PENDING));

        assertRefused(again(), "payment_pending", 2);
    }

    @Test
    void gatewayWithoutAnAnswerIsNoProof() {
        world.always("findPayment", Reply.down());

        assertRefused(again(), "payment_unknown", 2);
    }

    @Test
    void onlyOneRefundOfAPaymentIsOpenAtATime() {
        world.providers().refundsReversed();
        world.ledger().closedBefore("25 hours");
        RIG.again(world, 2).end();
        assertThat(refunds()).as("opened by the recheck").hasSize(2);
        int sent = world.count("refundPayment");
        int command =
                world.ledger().leave(Command.Kind.REFUND_AGAIN, confirmed().id().toString(), null);

        RIG.again(world, 3).end();

        assertThat(world.ledger().command(command)).isEqualTo("already_open");
        assertThat(world.count("refundPayment")).isEqualTo(sent);
        assertThat(refunds()).hasSize(2);
    }

    @Test
    void moneyReturnedByHandIsNotRefundedAgain() {
        world.providers().refundsReversed();
        world.ledger().closedBefore("25 hours");
        RIG.again(world, 2).end();
        world.ledger().resolve(UndoAction.REFUND, null, false);
        RIG.again(world, 3).end();
        assertThat(refunds())
                .extracting(Compensation::state)
                .containsExactlyInAnyOrder(UndoState.DONE, UndoState.RESOLVED);
        int sent = world.count("refundPayment");
        int command =
                world.ledger().leave(Command.Kind.REFUND_AGAIN, confirmed().id().toString(), null);

        RIG.again(world, 4).end();

        assertThat(world.ledger().command(command)).isEqualTo("returned_by_hand");
        assertThat(world.count("refundPayment")).isEqualTo(sent);
        assertThat(refunds()).hasSize(2);
    }

    private Compensation confirmed() {
        return refunds().stream()
                .filter(row -> row.state() == UndoState.DONE)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void readsAreAsFarApartAsTheLagThatTheGatewayPromisesNow() {
        int lookups = world.count("findPayment");
        PaymentLookup held = new PaymentLookup(
                List.of(new FoundPayment(
                        "tx_1", PaymentStatus.SUCCEEDED, World.PRICE, World.PRICE, List.of(), null, true)),
                Duration.ofMinutes(5));
        world.next("findPayment", Reply.answers(held));

        assertRefused(again(), "already_refunded", 2);

        CallGaps.assertGap(world, "findPayment", lookups, 300);
    }

    @Test
    void commandForSomethingElseHasNoEffect() {
        int command = world.ledger()
                .leave(
                        Command.Kind.REFUND_AGAIN,
                        world.ledger().row(UndoAction.DELETE_PROFILE).id().toString(),
                        null);

        assertRefused(command, "not_refunded", 2);
    }
}
