package dev.registrar.registration;

import static dev.registrar.registration.CallGaps.assertGaps;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Money;
import dev.registrar.model.Step;
import dev.registrar.payment.PaymentGateway.PaymentGuarantees;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.VoidResult;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known about the money: the last error never decides. */
class PaymentTruthTest {

    private static final PaymentLookup NONE = PaymentLookup.NONE;

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    @ParameterizedTest
    @EnumSource(Mode.class)
    void chargeHiddenBehindALaterRefusalIsFoundAndTheRegistrationGoesOn(Mode mode) {
        World world = new World().next("processPayment", Reply.lostAfter(), Reply.refused());

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(world.step(Step.PAYMENT).reference()).isEqualTo(Providers.TRANSACTION);
        assertThat(world.count("findPayment")).isOne();
        assertThat(world.errorCodes()).isEmpty();
    }

    @Test
    void chargeBehindRefusedConnectionsIsFound() {
        World world = new World().next("processPayment", Reply.lostAfter()).always("processPayment", Reply.down());

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @Test
    void chargeBehindAnOpenBreakerIsFound() {
        World world = new World()
                .next("processPayment", Reply.localLimitAfter())
                .always("processPayment", Reply.breakerOpen(Duration.ofMinutes(50)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void absenceIsProvedByTwoLookupsSettleAfterApart(Mode mode) {
        World world = new World().always("processPayment", Reply.lostBefore());

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("findPayment")).isEqualTo(2);
        assertGaps(world, "findPayment", 60);
        assertThat(world.errorCodes()).containsExactly("payment_unknown");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.FAILED);
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(world.ledger().inDoubt()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void voidProvesAnAbsenceAtOnce(Mode mode) {
        World world = new World().always("processPayment", Reply.lostBefore());

        RegistrationStatus end =
                RIG.start(world, Inputs.voiding(Inputs.of(world, mode))).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("voidPayment")).isOne();
        assertThat(world.count("findPayment")).isZero();
        assertThat(world.errorCodes()).containsExactly("payment_unknown");
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(secondsFromVoidToEnd(world)).as("no time to settle").isLessThan(30);
    }

    private static double secondsFromVoidToEnd(World world) {
        long last = world.calls().get(world.calls().size() - 1).at();
        return (last - world.calls("voidPayment").get(0).at()) / 1000.0;
    }

    @Test
    void chargeThatAVoidFindsMakesTheRegistrationGoOn() {
        World world = new World().next("processPayment", Reply.lostAfter(), Reply.refused());

        RegistrationStatus end =
                RIG.start(world, Inputs.voiding(Inputs.of(world))).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.count("findPayment")).isZero();
    }

    @Test
    void voidThatIsOnlyAcknowledgedLeavesTheProofToTwoLookups() {
        World world = new World()
                .always("processPayment", Reply.lostBefore())
                .always("voidPayment", Reply.answers(new VoidResult(List.of(), false)));

        RegistrationStatus end =
                RIG.start(world, Inputs.voiding(Inputs.of(world))).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("voidPayment")).isOne();
        assertThat(world.count("findPayment")).isEqualTo(2);
        assertGaps(world, "findPayment", 60);
    }

    @Test
    void voidWithoutAnAnswerLeavesTheProofToTwoLookups() {
        World world = new World().always("processPayment", Reply.lostBefore()).always("voidPayment", Reply.down());

        assertThat(RIG.start(world, Inputs.voiding(Inputs.of(world))).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("findPayment")).isEqualTo(2);
    }

    @Test
    void pendingPaymentIsPolledAndNeverVoidedWhileItMaySucceed() {
        World world = new World();
        world.providers().chargesAs(PaymentStatus.PENDING);
        world.providers().succeedsAfterReads(2);

        assertThat(RIG.start(world, Inputs.voiding(Inputs.of(world))).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("voidPayment")).isZero();
    }

    @Test
    void profileThatFailsEndsWithAVoidAndWithoutTimeToSettle() {
        World world = new World().always("createUserProfile", Reply.refused());
        world.providers().profileOfAnother();

        RegistrationStatus end =
                RIG.start(world, Inputs.voiding(Inputs.of(world))).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("voidPayment")).isOne();
        assertThat(world.count("findPayment")).isZero();
        assertThat(secondsFromVoidToEnd(world)).isLessThan(30);
    }

    @Test
    void chargeThatWasSeenIsNotGoneAfterOneLookup() {
        World world = new World();
        world.providers().chargesAs(PaymentStatus.PENDING);
        world.next("findPayment", Reply.answers(NONE));
        world.providers().succeedsAfterReads(0);

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("findPayment")).isEqualTo(2);
        assertGaps(world, "findPayment", 60);
    }

    @Test
    void declineOfAChargeThatWasSeenTakesTwoLookups() {
        World world = new World();
        world.providers().chargesAs(PaymentStatus.PENDING);
        FoundPayment declined = new FoundPayment(
                Providers.TRANSACTION,
                PaymentStatus.DECLINED,
                World.PRICE,
                Providers.none(World.PRICE),
                List.of(),
                null,
                true);
        world.always("findPayment", Reply.answers(new PaymentLookup(List.of(declined))));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("findPayment")).isEqualTo(2);
        assertThat(world.errorCodes()).containsExactly("payment_declined");
    }

    @Test
    void gatewayThatFindsNothingEverLeavesTheUnknownUnknown() {
        World world = new World().always("processPayment", Reply.lostAfter());
        PaymentGuarantees blind = new PaymentGuarantees(Duration.ofHours(24), false, Duration.ZERO, false);

        RegistrationStatus end =
                RIG.start(world, Inputs.withGateway(Inputs.of(world), blind)).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.count("findPayment")).isZero();
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
    }

    @Test
    void settlingRegistrationSaysSo() {
        World world = new World().next("processPayment", Reply.refused());
        Run run = RIG.start(world);

        RegistrationProgress progress = run.awaitProgress(
                seen -> seen.waitingOn() != null && seen.waitingOn().reason().equals("settling"));

        assertThat(progress.steps().get(1).status()).isEqualTo(StepStatus.WAITING);
        assertThat(run.end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("payment_rejected");
        assertThat(world.ledger().progress()).isNotEmpty();
    }

    @Test
    void chargeThatLandsBetweenTheTwoLookupsCounts() {
        World world = new World().always("processPayment", Reply.lostBefore());
        world.next(
                "findPayment", Reply.answers(NONE).after(() -> world.providers().charge(World.PRICE, 1)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("findPayment")).isEqualTo(2);
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void lookupThatFailsForGoodNeedsAttentionAndTheProfileStays(Mode mode) {
        World world = new World().always("processPayment", Reply.lostAfter()).always("findPayment", Reply.down());

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.count("findPayment")).isEqualTo(5);
        assertThat(world.providers().hasProfile()).isTrue();
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
        Compensation row = world.ledger().rows().get(0);
        assertThat(row.amount()).isEqualTo(World.PRICE);
        assertThat(row.lastErrorCode()).isEqualTo("payment_unknown");
        assertThat(world.ledger().row().intendedEnd()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.UNKNOWN);
        assertThat(world.count("beginUndo")).isZero();
    }

    @Test
    void oneMissAndThenNoAnswerIsNoProof() {
        World world = new World()
                .always("processPayment", Reply.lostBefore())
                .next("findPayment", Reply.answers(NONE))
                .always("findPayment", Reply.down());

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().standing()).containsExactly("resolve_payment OPEN");
    }

    @Test
    void lookupWaitsForItsBreakerAndThenDecides() {
        World world = new World()
                .always("processPayment", Reply.lostAfter())
                .next(
                        "findPayment",
                        Reply.breakerOpen(Duration.ofMinutes(4)),
                        Reply.breakerOpen(Duration.ofMinutes(4)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void pendingPaymentIsPolledUntilItSucceeds(Mode mode) {
        World world = new World();
        world.providers().chargesAs(PaymentStatus.PENDING);
        world.providers().succeedsAfterReads(2);

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.count("findPayment")).isEqualTo(3);
        assertThat(world.count("processPayment")).isOne();
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @Test
    void paymentThatStaysPendingNeedsAttention() {
        World world = new World();
        world.providers().chargesAs(PaymentStatus.PENDING);

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        Compensation row = world.ledger().rows().get(0);
        assertThat(row.action()).isEqualTo(UndoAction.RESOLVE_PAYMENT);
        assertThat(row.reference()).isEqualTo(Providers.TRANSACTION);
        assertThat(world.seconds("findPayment").get(world.count("findPayment") - 1))
                .as("polled for the patience of lookups")
                .isBetween(480.0, 610.0);
        assertThat(world.providers().hasProfile()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void wrongAmountNeedsAttentionAndNothingIsUndone(Mode mode) {
        World world = new World();
        world.providers().chargesAmount(Money.of("4.99", "USD"));

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.errorCodes()).containsExactly("payment_wrong_amount");
        Compensation row = world.ledger().rows().get(0);
        assertThat(row.action()).isEqualTo(UndoAction.RESOLVE_PAYMENT);
        assertThat(row.lastErrorCode()).isEqualTo("payment_wrong_amount");
        assertThat(row.amount()).as("what was really taken").isEqualTo(Money.of("4.99", "USD"));
        assertThat(row.reference()).isEqualTo(Providers.TRANSACTION);
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.count("deleteUserProfile")).isZero();
        assertThat(world.providers().hasProfile()).isTrue();
    }

    @Test
    void otherCurrencyIsAWrongAmount() {
        World world = new World();
        world.providers().chargesAmount(Money.of("49.90", "EUR"));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.errorCodes()).containsExactly("payment_wrong_amount");
    }

    @Test
    void trailingZerosAreNoDifference() {
        World world = new World();
        world.providers().chargesAmount(Money.of("49.9", "USD"));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void declineIsFinalWithoutALookupAndTheProfileGoes(Mode mode) {
        World world = new World();
        world.providers().chargesAs(PaymentStatus.DECLINED);

        RegistrationStatus end = RIG.start(world, Inputs.of(world, mode)).end();

        assertThat(end).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("processPayment")).isOne();
        assertThat(world.count("findPayment")).isZero();
        assertThat(world.count("getUserData")).as("no account without a charge").isZero();
        assertThat(world.errorCodes()).containsExactly("payment_declined");
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(world.ledger().inDoubt()).isFalse();
        assertThat(world.providers().hasProfile()).isFalse();
    }

    @Test
    void declineFoundByALookupIsFinalToo() {
        World world = new World().next("processPayment", Reply.lostAfter(), Reply.refused());
        world.providers().chargesAs(PaymentStatus.DECLINED);

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.errorCodes()).containsExactly("payment_declined");
    }

    @Test
    void chargeThatOthersGaveBackDoesNotCount() {
        World world = new World().next("processPayment", Reply.lostAfter(), Reply.refused());
        world.next("findPayment", Reply.works().after(() -> world.providers().refundedByOthers()));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void everyLookupIsADurableActivity() {
        World world = new World().always("processPayment", Reply.lostBefore());

        RIG.start(world).end();

        List<ServiceCall> lookups = world.calls("findPayment");
        assertThat(lookups).isNotEmpty().noneMatch(ServiceCall::local);
    }
}
