package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.UndoAction;
import dev.registrar.store.RegistrationStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The run after one that was terminated or timed out in Temporal: it writes the rows, and an operator decides when. */
class ClosedOutsideTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    private void everythingDone() {
        world.providers().charge(World.PRICE, 1);
        world.providers().plantProfile();
        world.providers().saveAccount();
    }

    private RegistrationStatus closedAs(RegistrationStatus end) {
        return RIG.start(world, Inputs.closedAs(world, end)).end();
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED", "FAILED"})
    void rowsAreWrittenAndNothingIsTried(RegistrationStatus end) {
        everythingDone();

        assertThat(closedAs(end)).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.ledger().row().intendedEnd()).isEqualTo(end);
        assertThat(world.ledger().standing())
                .containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        Compensation refund = world.ledger().row(UndoAction.REFUND);
        assertThat(refund.reference()).as("the payment is not yet known").isNull();
        assertThat(refund.amount()).isEqualTo(World.PRICE);
        assertThat(world.order("claim", "beginUndo", "rest", "refundPayment", "findPayment", "createUserProfile"))
                .containsExactly("claim", "beginUndo", "rest");
    }

    @Test
    void noAutomaticTryFollows() {
        everythingDone();
        closedAs(RegistrationStatus.CANCELLED);
        assertThat(world.ledger().facts().held()).isTrue();
        assertThat(world.ledger().facts().attendAt()).isNull();

        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.count("findPayment")).isZero();
        assertThat(world.ledger().facts().attendAt()).isNull();
    }

    /** Somebody terminates the run because of it: nothing may follow from it. */
    @Test
    void replayRequestedBeforeTheTerminationIsOver() {
        everythingDone();
        int command = world.ledger().attend();

        assertThat(closedAs(RegistrationStatus.CANCELLED)).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.ledger().facts().held()).isTrue();
        assertThat(world.ledger().facts().attendAt()).isNull();
        assertThat(world.ledger().command(command)).isEqualTo("payment_unknown");
        assertThat(world.ledger().row(UndoAction.REFUND).nextTryAt()).isNull();
        assertThat(world.count("refundPayment")).isZero();
    }

    @Test
    void operatorHasItAskedAboutAndUndone() {
        everythingDone();
        closedAs(RegistrationStatus.CANCELLED);
        int command = world.ledger().attend();

        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.order("findPayment", "nameRefund", "refundPayment", "deleteUserData", "deleteUserProfile"))
                .startsWith("findPayment", "nameRefund", "refundPayment", "deleteUserData", "deleteUserProfile");
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.providers().hasAccount()).isFalse();
        assertThat(world.ledger().row(UndoAction.REFUND).reference()).isEqualTo(Providers.TRANSACTION);
        assertThat(world.ledger().command(command)).isEqualTo("applied");
    }

    @Test
    void everyPaymentThatIsFoundIsGivenBack() {
        everythingDone();
        world.providers().secondCharge("tx_2", World.PRICE);
        closedAs(RegistrationStatus.FAILED);
        world.ledger().attend();

        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "refund DONE", "delete_account DONE", "delete_profile DONE");
    }

    @Test
    void nothingIsRefundedThatWasNeverCharged() {
        world.providers().plantProfile();
        closedAs(RegistrationStatus.FAILED);
        world.ledger().attend();

        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.count("refundPayment")).isZero();
        assertThat(world.order("findPayment", "deleteUserProfile"))
                .as("an absence takes two")
                .startsWith("findPayment", "findPayment", "deleteUserProfile");
        assertThat(world.providers().hasProfile()).isFalse();
    }

    @Test
    void paymentWithoutAnAnswerKeepsEverythingBehindIt() {
        everythingDone();
        closedAs(RegistrationStatus.FAILED);
        world.ledger().attend();
        world.always("findPayment", Reply.down());

        assertThat(RIG.again(world, 3).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.ledger().standing())
                .containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        assertThat(world.ledger().row(UndoAction.REFUND).lastErrorCode()).isEqualTo("payment_unknown");
        assertThat(world.providers().hasProfile()).isTrue();
    }

    @Test
    void registrationThatHasEndedStaysAsItIs() {
        RIG.start(world).end();

        assertThat(closedAs(RegistrationStatus.CANCELLED)).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.ledger().rows()).isEmpty();
    }

    @Test
    void undoThatHadBegunKeepsItsRowsAndItsEnd() {
        world.always("refundPayment", Reply.refused());
        world.ledger().requestCancel();
        RIG.start(world).end();

        assertThat(closedAs(RegistrationStatus.FAILED)).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.ledger().row().intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.ledger().standing())
                .containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        assertThat(world.ledger().facts().held()).isTrue();
    }
}
