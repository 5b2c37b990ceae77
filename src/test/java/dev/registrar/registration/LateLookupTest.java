package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.CallDetails;
import dev.registrar.model.Money;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.PaymentLookup;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.store.PaymentResolution.Outcome;
import dev.registrar.store.RegistrationStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lookups of late effects after the end: after 10 min and 24 h if something is in doubt, and on request. */
class LateLookupTest {

    private static final String FIRST = "11 minutes";
    private static final String LAST = "25 hours";

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();
    private int run = 1;

    /** FAILED this long ago; the payment is absent but in doubt. */
    private void doubtful(String ago) {
        world.always("processPayment", Reply.lostBefore());
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.ledger().inDoubt()).isTrue();
        world.ledger().endedBefore(ago);
    }

    private void completed() {
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.COMPLETED);
    }

    private RegistrationStatus nextRun() {
        return RIG.again(world, ++run).end();
    }

    private int stage() {
        return world.ledger().facts().watchStage();
    }

    @Test
    void lookupComesOnlyWhenItIsDue() {
        doubtful("9 minutes");
        int before = world.count("findPayment");

        nextRun();
        assertThat(world.count("findPayment")).isEqualTo(before);

        world.ledger().endedBefore(FIRST);
        nextRun();
        assertThat(world.count("findPayment")).isEqualTo(before + 1);
        assertThat(stage()).isEqualTo(1);
    }

    @Test
    void lastAnsweredLookupClearsTheDoubt() {
        doubtful(LAST);

        nextRun();
        assertThat(stage()).isEqualTo(1);
        assertThat(world.ledger().inDoubt()).isTrue();

        nextRun();
        assertThat(stage()).isEqualTo(2);
        assertThat(world.ledger().inDoubt()).isFalse();
        assertThat(world.ledger().facts().attendAt()).isNull();
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
    }

    @Test
    void lateChargeOpensARefundRowAndTheRegistrationStaysFailed() {
        doubtful(FIRST);
        world.providers().charge(World.PRICE, 1);

        assertThat(nextRun()).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.ledger().standing()).containsExactly("refund OPEN", "delete_profile DONE");
        assertThat(world.ledger().row(UndoAction.REFUND).reference()).isEqualTo(Providers.TRANSACTION);
        assertThat(world.ledger().row(UndoAction.REFUND).amount()).isEqualTo(World.PRICE);
        assertThat(world.count("refundPayment")).as("the next run's").isZero();
        assertThat(world.ledger().facts().attendAt()).isNotNull();

        assertThat(nextRun()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
    }

    @Test
    void lateChargeThatWasPartlyRefundedRisksTheRest() {
        doubtful(FIRST);
        world.providers().charge(World.PRICE, 1);
        world.providers().refundedByOthers(Money.of("9.90", "USD"));

        nextRun();

        assertThat(world.ledger().row(UndoAction.REFUND).amount()).isEqualTo(Money.of("40.00", "USD"));
    }

    @Test
    void lateProfileAndAccountOpenRows() {
        doubtful(FIRST);
        world.providers().plantProfile();
        world.providers().saveAccount();

        nextRun();
        assertThat(world.ledger().standing()).containsExactly("delete_account OPEN", "delete_profile PLANNED");

        nextRun();
        assertThat(world.providers().hasAccount()).isFalse();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.ledger().standing()).containsExactly("delete_account DONE", "delete_profile DONE");
    }

    @Test
    void profileOfAnotherRegistrationIsNoneOfOurs() {
        doubtful(FIRST);
        world.providers().profileOfAnother();

        nextRun();

        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
        assertThat(stage()).isEqualTo(1);
    }

    @Test
    void lookupWithoutAnAnswerDoesNotCount() {
        doubtful(LAST);
        world.providers().charge(World.PRICE, 1);
        world.always("findPayment", Reply.down());

        nextRun();
        assertThat(stage()).isZero();
        assertThat(world.ledger().inDoubt()).isTrue();
        assertThat(world.ledger().facts().attendAt()).isNotNull();
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");

        world.always("findPayment", Reply.works());
        nextRun();
        assertThat(stage()).isEqualTo(1);
        assertThat(world.ledger().standing()).containsExactly("refund OPEN", "delete_profile DONE");
    }

    @Test
    void chargeIsNotHiddenByAProfileApiThatIsDown() {
        doubtful(FIRST);
        world.providers().charge(World.PRICE, 1);
        world.always("getUserProfile", Reply.down());

        nextRun();

        assertThat(world.ledger().standing()).contains("refund OPEN");
        assertThat(stage()).isZero();
    }

    @Test
    void accountIsNotTakenForAbsentWhileTheDatabaseIsDown() {
        doubtful(FIRST);
        world.always("getUserData", Reply.down());

        nextRun();

        assertThat(stage()).isZero();
    }

    @Test
    void paymentThatIsStillPendingIsLookedAtAgain() {
        doubtful(FIRST);
        Money nothing = Providers.none(World.PRICE);
        FoundPayment pending = new FoundPayment(
                Providers.TRANSACTION, PaymentStatus.PENDING, World.PRICE, nothing, List.of(), null, true);
        world.always("findPayment", Reply.answers(new PaymentLookup(List.of(pending))));

        nextRun();

        assertThat(stage()).isZero();
        assertThat(world.ledger().standing()).containsExactly("delete_profile DONE");
    }

    @Test
    void chargeThatAnOperatorGaveBackByAnotherWayStaysClosed() {
        doubtful(LAST);
        world.providers().charge(World.PRICE, 1);
        nextRun();
        world.ledger().resolve(UndoAction.REFUND, null, false);

        nextRun();

        assertThat(stage()).isEqualTo(2);
        assertThat(world.ledger().standing()).containsExactly("refund RESOLVED", "delete_profile DONE");
        assertThat(world.count("refundPayment")).isZero();
    }

    private void assertFirstRefundAndOneOfTheSecondPayment(UndoState first) {
        assertThat(world.ledger().rows())
                .filteredOn(row -> row.action() == UndoAction.REFUND)
                .extracting(Compensation::state, Compensation::reference, Compensation::idempotencyKey)
                .containsExactlyInAnyOrder(
                        tuple(first, Providers.TRANSACTION, "refund:" + world.id()),
                        tuple(UndoState.DONE, "tx_2", "refund:" + world.id() + ":tx_2"));
    }

    /** What an operator returned before the gateway had shown the payment covers one payment. */
    @Test
    void chargeThatWasReturnedWithoutKnowingItStaysReturnedAndAnotherOneIsRefunded() {
        world.providers().charge(World.PRICE, 1);
        RIG.start(world, Inputs.closedAs(world, RegistrationStatus.CANCELLED)).end();
        assertThat(world.ledger().row(UndoAction.REFUND).reference()).isNull();
        world.ledger().resolve(UndoAction.REFUND, null, false);
        world.ledger().attend();
        run = 2;

        assertThat(nextRun()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.ledger().standing())
                .containsExactly("refund RESOLVED", "delete_account DONE", "delete_profile DONE");
        assertThat(world.count("refundPayment")).isZero();

        world.providers().secondCharge("tx_2", World.PRICE);
        world.ledger().attend();
        nextRun();

        assertFirstRefundAndOneOfTheSecondPayment(UndoState.RESOLVED);
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @Test
    void paymentResolvedAsReturnedIsNotRefundedByALateLook() {
        world.always("processPayment", Reply.lostAfter());
        world.always("findPayment", Reply.down());
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        world.ledger().resolve(UndoAction.RESOLVE_PAYMENT, Outcome.REFUNDED, true);
        assertThat(nextRun()).isEqualTo(RegistrationStatus.FAILED);
        world.always("findPayment", Reply.works());
        world.ledger().attend();

        assertThat(nextRun()).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.ledger().standing()).containsExactly("resolve_payment RESOLVED", "delete_profile DONE");
        assertThat(world.count("refundPayment")).isZero();
    }

    @Test
    void secondPaymentFoundAfterTheFirstWasRefundedHasARowAndAKeyOfItsOwn() {
        doubtful(FIRST);
        world.providers().charge(World.PRICE, 1);
        nextRun();
        nextRun();
        assertThat(world.ledger().standing()).containsExactly("refund DONE", "delete_profile DONE");
        world.providers().secondCharge("tx_2", World.PRICE);
        world.ledger().attend();

        nextRun();

        assertFirstRefundAndOneOfTheSecondPayment(UndoState.DONE);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void pendingSecondPaymentDoesNotCostACompletedRegistrationItsOwn() {
        completed();
        Money nothing = Providers.none(World.PRICE);
        FoundPayment own = world.providers().find().payments().get(0);
        FoundPayment pending =
                new FoundPayment("tx_2", PaymentStatus.PENDING, World.PRICE, nothing, List.of(), null, true);
        world.always("findPayment", Reply.answers(new PaymentLookup(List.of(own, pending))));
        world.ledger().attend();

        assertThat(nextRun()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.ledger().rows()).isEmpty();
        assertThat(world.ledger().facts().keptTransaction()).isNull();
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @Test
    void secondPaymentBesideOneThatWasUnknownIsFoundByTheLateLook() {
        world.always("processPayment", Reply.lostAfter());
        world.always("findPayment", Reply.down());
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        world.providers().secondCharge("tx_2", World.PRICE);
        world.always("findPayment", Reply.works());
        assertThat(nextRun()).isEqualTo(RegistrationStatus.COMPLETED);
        assertThat(world.ledger().inDoubt()).isTrue();
        world.ledger().endedBefore(FIRST);

        nextRun();
        nextRun();

        assertThat(world.ledger().standing()).containsExactly("resolve_payment DONE", "refund DONE");
        assertThat(world.ledger().row(UndoAction.REFUND).reference()).isEqualTo("tx_2");
        assertThat(world.standing()).isEqualTo(World.PRICE);
    }

    @Test
    void secondPaymentOfACompletedRegistrationIsGivenBackAndTheFirstKept() {
        completed();
        world.providers().secondCharge("tx_2", World.PRICE);
        int command = world.ledger().attend();

        assertThat(nextRun()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.ledger().standing()).containsExactly("refund DONE");
        assertThat(world.ledger().row(UndoAction.REFUND).reference()).isEqualTo("tx_2");
        assertThat(world.ledger().row(UndoAction.REFUND).idempotencyKey()).isEqualTo("refund:" + world.id() + ":tx_2");
        assertThat(world.ledger().facts().keptTransaction()).isEqualTo(Providers.TRANSACTION);
        assertThat(world.standing()).isEqualTo(World.PRICE);
        assertThat(world.ledger().command(command)).isEqualTo("applied");
    }

    @Test
    void lookOnlyOpensRowsAndTriesNothing() {
        completed();
        world.providers().secondCharge("tx_2", World.PRICE);
        int command = world.ledger().lookOnly();

        nextRun();

        assertThat(world.ledger().standing()).containsExactly("refund OPEN");
        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.ledger().command(command)).isEqualTo("payment_unknown");
    }

    @Test
    void completedRegistrationWithoutAnAccountGetsIt() {
        world.always("saveUserData", Reply.down());
        completed();
        assertThat(world.providers().hasAccount()).isFalse();
        world.always("saveUserData", Reply.works());
        world.next("saveUserData", Reply.down().met(CallDetails.noAnswer("08001")));
        world.ledger().attend();

        assertThat(nextRun()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.providers().hasAccount()).isTrue();
        assertThat(world.ledger().standing()).containsExactly("save_account DONE");
        assertThat(world.ledger().failures(UndoAction.SAVE_ACCOUNT))
                .extracting(AttemptFailure::attempt, AttemptFailure::outcome, AttemptFailure::code)
                .containsExactly(tuple(1, AttemptFailure.Outcome.NOT_SENT, "08001"));
    }

    @Test
    void attendWhoseLookupsWereNotAnsweredFails() {
        completed();
        world.always("findPayment", Reply.down());
        int command = world.ledger().attend();

        nextRun();

        assertThat(world.ledger().command(command)).isEqualTo("payment_unknown");
        assertThat(world.ledger().rows()).isEmpty();
    }
}
