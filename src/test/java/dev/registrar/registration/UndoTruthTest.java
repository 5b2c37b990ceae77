package dev.registrar.registration;

import static dev.registrar.registration.CallGaps.assertGap;
import static dev.registrar.registration.CallGaps.assertGaps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Money;
import dev.registrar.payment.PaymentService.RefundPayment;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.payment.PaymentService.RefundState;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileUndo;
import dev.registrar.store.RegistrationStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When an undo counts as done: one response is not a proof. */
class UndoTruthTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    @BeforeEach
    void allStepsWorkThenTheOutcomeFindsACancel() {
        world.ledger().requestCancel();
    }

    private static Reply refund(RefundState state, Money remainder) {
        return Reply.answers(new RefundResult(state, remainder));
    }

    private static Reply deletion(ProfileDeletion outcome) {
        return Reply.answers(new ProfileUndo(outcome, 1));
    }

    private RefundPayment sent(int index) {
        return (RefundPayment) world.calls("refundPayment").get(index).argument();
    }

    private Compensation refundRow() {
        return world.ledger().row(UndoAction.REFUND);
    }

    private void assertLeftOpen(String errorCode) {
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().standing())
                .containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        assertThat(refundRow().lastErrorCode()).isEqualTo(errorCode);
    }

    @Test
    void pendingRefundIsWaitedForUnderTheSameKey() {
        world.next("refundPayment", refund(RefundState.PENDING, World.PRICE), refund(RefundState.PENDING, World.PRICE));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertGaps(world, "refundPayment", 2, 4);
        assertThat(world.calls("refundPayment").stream()
                        .map(ServiceCall::argument)
                        .distinct())
                .as("one key, one body")
                .hasSize(1);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void refundThatStaysPendingIsLeftOpen() {
        world.always("refundPayment", refund(RefundState.PENDING, World.PRICE));

        assertLeftOpen("payment_unavailable");

        assertThat(world.seconds("refundPayment").get(world.count("refundPayment") - 1))
                .as("for the patience of lookups")
                .isBetween(480.0, 610.0);
    }

    @Test
    void refundThatFailedAtTheGatewayIsLeftOpen() {
        world.always("refundPayment", refund(RefundState.FAILED_REFUND, World.PRICE));

        assertLeftOpen("payment_refund_failed");

        assertThat(world.count("refundPayment")).isOne();
    }

    @Test
    void onlyTheRemainderIsSentWhereOthersGaveBackAPartAfterTwoAgreeingReads() {
        Money left = Money.of("40.00", "USD");
        world.next(
                "refundPayment",
                Reply.works().after(() -> world.providers().refundedByOthers(Money.of("9.90", "USD"))));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("refundPayment")).isEqualTo(3);
        assertGap(world, "refundPayment", 0, 60);
        assertThat(sent(1)).as("the same question again").isEqualTo(sent(0));
        assertThat(sent(2).amount()).isEqualTo(left);
        assertThat(sent(2).idempotencyKey()).hasToString("refund:" + world.id() + ":again:1");
        assertThat(refundRow().amount()).isEqualTo(left);
        assertThat(refundRow().idempotencyKey()).isEqualTo("refund:" + world.id() + ":again:1");
        assertThat(world.order("nameRefund", "refundPayment"))
                .as("written before it is sent")
                .containsExactly("refundPayment", "refundPayment", "nameRefund", "refundPayment");
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void otherRemainderAtTheSecondReadIsReadAgain() {
        world.next(
                "refundPayment",
                refund(RefundState.PARTLY, Money.of("40.00", "USD")),
                refund(RefundState.PARTLY, Money.of("30.00", "USD")));
        world.always("refundPayment", refund(RefundState.PARTLY, Money.of("30.00", "USD")));
        world.next("nameRefund", Reply.works().after(() -> world.always("refundPayment", Reply.works())));

        assertThat(RIG.start(world).end()).isIn(RegistrationStatus.CANCELLED, RegistrationStatus.NEEDS_ATTENTION);

        assertGap(world, "refundPayment", 0, 60);
        assertGap(world, "refundPayment", 1, 60);
        assertThat(sent(3).amount()).isEqualTo(Money.of("30.00", "USD"));
    }

    @Test
    void nothingCapturedAfterAChargeWasSeenTakesTwoAnswers() {
        Money nothing = Providers.none(World.PRICE);
        world.always("refundPayment", refund(RefundState.NOTHING, nothing));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertGaps(world, "refundPayment", 60);
        assertThat(world.ledger().standing()).startsWith("refund DONE");
    }

    @Test
    void oneStaleAnswerThatNothingIsCapturedIsNotBelieved() {
        world.next("refundPayment", refund(RefundState.NOTHING, Providers.none(World.PRICE)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertGaps(world, "refundPayment", 60);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void everyPaymentThatTheGatewayHoldsIsRefundedUnderAKeyOfItsOwn() {
        world.next("processPayment", Reply.lostAfter(), Reply.refused());
        world.providers().secondCharge("tx_2", World.PRICE);

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.ledger().standing()).containsExactly("refund DONE", "refund DONE", "delete_profile DONE");
        assertThat(world.ledger().rows())
                .filteredOn(row -> row.action() == UndoAction.REFUND)
                .extracting(Compensation::reference, Compensation::idempotencyKey)
                .containsExactlyInAnyOrder(
                        tuple("tx_1", "refund:" + world.id()), tuple("tx_2", "refund:" + world.id() + ":tx_2"));
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void profileThatIsSaidToBeGoneOnceIsNotBelieved() {
        world.next("deleteUserProfile", deletion(ProfileDeletion.ABSENT));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account DONE", "delete_profile OPEN");
        assertThat(world.ledger().row(UndoAction.DELETE_PROFILE).lastErrorCode())
                .isEqualTo("profile_unknown");
        assertThat(secondsFromDeleteToRead()).isGreaterThanOrEqualTo(60);
        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.providers().hasProfile()).isFalse();
    }

    @Test
    void profileThatIsGoneTwiceIsGone() {
        world.next(
                "deleteUserProfile",
                deletion(ProfileDeletion.ABSENT).after(() -> world.providers().deleteProfile()));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("deleteUserProfile")).isOne();
        assertThat(secondsFromDeleteToRead()).isGreaterThanOrEqualTo(60);
    }

    /** The activity deletes and then reads, so no further lookup is needed. */
    @Test
    void deletedProfileIsProvedAtOnce() {
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("deleteUserProfile")).isOne();
        assertThat(world.count("getUserProfile")).isZero();
        assertThat(world.ledger().standing()).contains("delete_profile DONE");
    }

    private double secondsFromDeleteToRead() {
        long deleted = world.calls("deleteUserProfile").get(0).at();
        return (world.calls("getUserProfile").get(0).at() - deleted) / 1000.0;
    }

    @Test
    void refundThatTheProviderReversedLaterOpensARowThatOnlyAnOperatorHasSent() {
        RIG.start(world).end();
        world.providers().refundsReversed();
        world.ledger().closedBefore("25 hours");
        int sentBefore = world.count("refundPayment");

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);

        Compensation again = world.ledger().rows().stream()
                .filter(row -> row.action() == UndoAction.REFUND && !row.state().closed())
                .findFirst()
                .orElseThrow();
        assertThat(again.idempotencyKey()).isEqualTo("refund:" + world.id() + ":again:1");
        assertThat(again.lastErrorCode()).isEqualTo("payment_refund_reversed");
        assertThat(again.amount()).isEqualTo(World.PRICE);
        assertThat(world.ledger().facts().held()).isTrue();
        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.count("refundPayment")).as("not by itself").isEqualTo(sentBefore);

        world.ledger().attend();
        RIG.again(world, 4).end();
        assertThat(sent(sentBefore).idempotencyKey()).hasToString("refund:" + world.id() + ":again:1");
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void reversedRefundIsNotSentAgainBecauseTheServiceAttends() {
        RIG.start(world).end();
        world.providers().refundsReversed();
        world.ledger().closedBefore("25 hours");
        RIG.again(world, 2).end();
        int sentBefore = world.count("refundPayment");

        int command = world.ledger().attendByService();
        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("refundPayment")).isEqualTo(sentBefore);
        assertThat(world.ledger().command(command)).isEqualTo("payment_refund_reversed");
        assertThat(world.ledger().facts().held()).isTrue();
    }

    @Test
    void refundThatFailsIsSentAgainUnderAKeyThatNoOtherPaymentHas() {
        world.next("processPayment", Reply.lostAfter(), Reply.refused());
        world.providers().secondCharge("tx_2", World.PRICE);
        RIG.start(world).end();
        world.providers().refundsReversed();
        world.ledger().closedBefore("25 hours");
        RIG.again(world, 2).end();
        int sentBefore = world.count("refundPayment");
        world.next("refundPayment", refund(RefundState.FAILED_REFUND, World.PRICE));
        world.ledger().attend();

        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.CANCELLED);

        String again = "refund:" + world.id() + ":again:";
        assertThat(sent(sentBefore).idempotencyKey()).hasToString(again + 1);
        assertThat(sent(sentBefore + 1).idempotencyKey()).hasToString(again + 3);
        assertThat(world.ledger().rows())
                .filteredOn(row -> row.idempotencyKey().startsWith(again))
                .extracting(Compensation::idempotencyKey, row -> row.state().closed())
                .containsExactlyInAnyOrder(tuple(again + 2, true), tuple(again + 3, true));
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void refundThatStillHoldsIsLookedAtLaterAgain() {
        RIG.start(world).end();
        world.ledger().closedBefore("25 hours");

        RIG.again(world, 2).end();

        assertThat(world.count("recordRefundLook")).isOne();
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
        assertThat(world.ledger().facts().attendAt()).as("after seven days").isNotNull();
        RIG.again(world, 3).end();
        assertThat(world.count("recordRefundLook")).as("not due").isOne();
    }

    @Test
    void lookAtARefundWithoutAnAnswerDoesNotCount() {
        RIG.start(world).end();
        world.ledger().closedBefore("25 hours");
        world.always("findPayment", Reply.down());

        RIG.again(world, 2).end();
        assertThat(world.count("recordRefundLook")).isZero();

        world.always("findPayment", Reply.works());
        RIG.again(world, 3).end();
        assertThat(world.count("recordRefundLook")).isOne();
    }
}
