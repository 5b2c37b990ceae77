package dev.registrar.registration;

import static dev.registrar.registration.CallGaps.assertGaps;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.Compensation;
import dev.registrar.compensation.CompensationRecords.BeginUndo;
import dev.registrar.compensation.CompensationRecords.PlannedUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.Step;
import dev.registrar.store.RegistrationStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The undo: rows first, in order, nothing hidden. A cancel that wins against the outcome ends here with all steps done.
 */
class UnwindingTest {

    private static final String[] UNDO = {
        "beginUndo",
        "refundPayment",
        "closeUndo",
        "leaveOpen",
        "deleteUserData",
        "deleteUserProfile",
        "recordOutcome",
        "rest"
    };

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    /** All steps succeed, then the outcome finds the cancel. */
    private static World cancelledAtTheEnd() {
        World world = new World();
        world.ledger().requestCancel();
        return world;
    }

    @Test
    void rowsAreWrittenBeforeTheFirstUndoAndEachUndoWaitsForTheOneBefore() {
        World world = cancelledAtTheEnd();

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.order(UNDO))
                .containsExactly(
                        "recordOutcome",
                        "beginUndo",
                        "refundPayment",
                        "closeUndo",
                        "deleteUserData",
                        "closeUndo",
                        "deleteUserProfile",
                        "closeUndo",
                        "rest");
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.providers().hasProfile()).isFalse();
        assertThat(world.providers().hasAccount()).isFalse();
    }

    @Test
    void firstActHoldsThePlanInOrderWithTheMoneyAtRisk() {
        World world = cancelledAtTheEnd();

        RIG.start(world).end();

        BeginUndo begun = (BeginUndo) world.calls("beginUndo").get(0).argument();
        assertThat(begun.intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(begun.undo())
                .containsExactly(
                        new PlannedUndo(UndoAction.REFUND, Providers.TRANSACTION, "refund:" + world.id(), World.PRICE),
                        PlannedUndo.of(UndoAction.DELETE_ACCOUNT, world.user()),
                        PlannedUndo.of(UndoAction.DELETE_PROFILE, world.user()));
        assertThat(begun.inDoubt()).isFalse();
    }

    @Test
    void messagesAlreadySentAreListedAsNotUndoable() {
        World world = cancelledAtTheEnd().always("sendSms", Reply.refused());

        RIG.start(world).end();

        assertThat(world.errorCodes()).containsExactlyInAnyOrder("sms_rejected", "email_not_undoable");
    }

    @Test
    void refundThatFailsForGoodIsLeftOpenAndWhatComesAfterStaysPlanned() {
        World world = cancelledAtTheEnd().always("refundPayment", Reply.lostBefore());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().standing())
                .containsExactly("refund OPEN", "delete_account PLANNED", "delete_profile PLANNED");
        Compensation refund = world.ledger().rows().get(0);
        assertThat(refund.attempts()).isEqualTo(10);
        assertThat(refund.lastErrorCode()).isEqualTo("payment_unknown");
        assertThat(refund.amount()).isEqualTo(World.PRICE);
        assertThat(world.ledger().row().intendedEnd()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.count("deleteUserData")).isZero();
        assertThat(world.count("deleteUserProfile")).isZero();
        assertThat(world.providers().hasProfile()).isTrue();
        assertThat(world.ledger().status()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
    }

    @Test
    void refundIsTriedTenTimesWithDoublingWaitsUpToAMinute() {
        World world = cancelledAtTheEnd().always("refundPayment", Reply.down());

        RIG.start(world).end();

        assertGaps(world, "refundPayment", 2, 4, 8, 16, 32, 60, 60, 60, 60);
    }

    @Test
    void refusedRefundIsLeftOpenAtOnce() {
        World world = cancelledAtTheEnd().always("refundPayment", Reply.refused());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.count("refundPayment")).isOne();
        assertThat(world.ledger().rows().get(0).lastErrorCode()).isEqualTo("payment_rejected");
        assertThat(world.ledger().rows().get(0).attempts()).isOne();
    }

    @Test
    void refundThatFailsThreeTimesIsFollowedByTheRestInOrder() {
        World world =
                cancelledAtTheEnd().next("refundPayment", Reply.lostBefore(), Reply.lostBefore(), Reply.lostBefore());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.order("refundPayment", "deleteUserData", "deleteUserProfile"))
                .containsExactly(
                        "refundPayment",
                        "refundPayment",
                        "refundPayment",
                        "refundPayment",
                        "deleteUserData",
                        "deleteUserProfile");
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account DONE", "delete_profile DONE");
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void attemptsOfAnUndoThatWorksInTheEndAreKeptInItsRow() {
        World world = cancelledAtTheEnd()
                .next("deleteUserProfile", Reply.down(), Reply.comeBackIn(Duration.ofSeconds(9)), Reply.down());

        RIG.start(world).end();

        assertThat(world.ledger().rows().get(2).attempts()).isEqualTo(4);
    }

    @Test
    void accountThatCannotBeDeletedStopsTheUndoAfterTheRefund() {
        World world = cancelledAtTheEnd().always("deleteUserData", Reply.down());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        assertThat(world.ledger().standing())
                .containsExactly("refund DONE", "delete_account OPEN", "delete_profile PLANNED");
        assertThat(world.ledger().rows().get(1).lastErrorCode()).isEqualTo("database_unavailable");
        assertThat(world.standing().isZero()).isTrue();
        assertThat(world.count("deleteUserProfile")).isZero();
    }

    @Test
    void undoWaitsForAnOpenBreakerWithinItsPatience() {
        World world = cancelledAtTheEnd()
                .next(
                        "refundPayment",
                        Reply.breakerOpen(Duration.ofMinutes(4)),
                        Reply.breakerOpen(Duration.ofMinutes(4)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void everyUndoAndEveryUndoRowIsWrittenByDurableActivities() {
        World world = cancelledAtTheEnd();

        RIG.start(world).end();

        assertThat(world.calls().stream()
                        .filter(call -> !List.of(
                                        "createUserProfile",
                                        "processPayment",
                                        "saveUserData",
                                        "sendWelcomeEmail",
                                        "sendSms",
                                        "claim",
                                        "pendingCommands",
                                        "rows",
                                        "rest")
                                .contains(call.method()))
                        .skip(1))
                .as("after the outcome that found the cancel")
                .noneMatch(ServiceCall::local);
    }

    @Test
    void accountSavedBehindALostAnswerIsDeletedToo() {
        World world = cancelledAtTheEnd().next("saveUserData", Reply.lostAfter(), Reply.refused());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.providers().hasAccount()).isFalse();
        assertThat(world.count("getUserData")).isOne();
    }

    /** Its last attempt may be under way in a process that stands still, and arrive after the lookup. */
    @Test
    void accountWhoseSaveWasGivenUpIsDeletedThoughNoneIsFound() {
        World world = cancelledAtTheEnd().always("saveUserData", Reply.refused());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.count("getUserData")).isOne();
        assertThat(world.count("deleteUserData")).isOne();
    }

    @Test
    void ledgerThatIsDownIsWaitedForBeforeAnyUndo() {
        World world = cancelledAtTheEnd().next("beginUndo", Reply.breaks(), Reply.breaks());

        RegistrationStatus end = RIG.start(world).end();

        assertThat(end).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.order("beginUndo", "refundPayment"))
                .containsExactly("beginUndo", "beginUndo", "beginUndo", "refundPayment");
    }

    @Test
    void stepsOfAnUndoneRegistrationStillSayWhatWasDone() {
        World world = cancelledAtTheEnd();
        Run run = RIG.start(world);

        run.end();

        assertThat(run.steps()).allMatch(step -> step.contains("SUCCEEDED 1"));
        assertThat(world.step(Step.PAYMENT).reference()).isEqualTo(Providers.TRANSACTION);
    }
}
