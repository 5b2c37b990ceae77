package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.UndoAction;
import dev.registrar.compensation.UndoState;
import dev.registrar.model.Step;
import dev.registrar.notification.NotificationService.WelcomeEmail;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.registration.ResendRecords.ResendData;
import dev.registrar.store.Command;
import dev.registrar.store.RegistrationStatus;
import dev.registrar.store.StepStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands: each is applied once, in order, before any further send and before the run ends. */
class RunInboxTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private final World world = new World();

    /** All steps succeed, then the outcome finds the cancel: an undo with three rows. */
    private void cancelledAtTheEnd() {
        world.ledger().requestCancel();
    }

    @Test
    void attemptThatTheGuardRefusesReadsTheInboxFirst() {
        cancelledAtTheEnd();
        int[] command = new int[1];
        world.next(
                "refundPayment",
                Reply.lostBefore().after(() -> command[0] = world.ledger().resolve(UndoAction.REFUND, null, false)));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("refundPayment"))
                .as("given back by hand meanwhile")
                .isOne();
        assertThat(world.ledger().row(UndoAction.REFUND).state()).isEqualTo(UndoState.RESOLVED);
        assertThat(world.ledger().standing())
                .containsExactly("refund RESOLVED", "delete_account DONE", "delete_profile DONE");
        assertThat(world.ledger().command(command[0])).isEqualTo("applied");
    }

    @Test
    void attemptIsMadeOnceMoreAfterACommandThatDoesNotCloseItsRow() {
        cancelledAtTheEnd();
        world.next(
                "refundPayment", Reply.lostBefore().after(() -> world.ledger().attend()));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("refundPayment")).isEqualTo(2);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void commandThatComesBeforeTheEndIsAppliedBeforeIt() {
        world.providers().chargesAs(PaymentStatus.DECLINED);
        int[] command = new int[1];
        world.next("rest", Reply.works().after(() -> command[0] = world.ledger().attend()));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.count("rest")).isEqualTo(2);
        assertThat(world.ledger().command(command[0])).isEqualTo("applied");
        assertThat(world.ledger().facts().commandsPending()).isFalse();
    }

    @Test
    void laterRunHasSeenWhatEarlierRunsApplied() {
        cancelledAtTheEnd();
        world.next("deleteUserProfile", Reply.refused());
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("applyCancel")).isOne();
    }

    @Test
    void cancelOfAnUndoThatHasBegunHasNoEffect() {
        world.always("processPayment", Reply.refused());
        world.always("deleteUserProfile", Reply.refused());
        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);
        world.always("deleteUserProfile", Reply.works());
        int command = world.ledger().leave(Command.Kind.CANCEL, "", null);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.FAILED);

        assertThat(world.ledger().command(command)).isEqualTo("no_effect");
    }

    @Test
    void commandThatTheListenerIsApplyingIsNotAppliedOnceMore() {
        Gate undo = new Gate();
        Gate applying = new Gate();
        world.providers().chargesAs(PaymentStatus.DECLINED);
        world.next("beginUndo", Reply.works().heldBy(undo));
        Gate claim = new Gate();
        world.next("applyCancel", Reply.works().heldBy(applying));
        world.next("claim", Reply.works().heldBy(claim));
        Run run = RIG.start(world);
        undo.awaitEntered();
        run.cancel();
        applying.awaitEntered();

        undo.open();
        claim.awaitEntered();
        claim.open();
        // Answered after the workflow has received that row, with the command in it.
        run.progress();
        applying.open();

        assertThat(run.end()).isEqualTo(RegistrationStatus.FAILED);
        assertThat(world.count("applyCancel")).isOne();
    }

    @Test
    void attendTellsWhatIsStillOpen() {
        cancelledAtTheEnd();
        world.always("refundPayment", Reply.refused());
        RIG.start(world).end();
        int command = world.ledger().attend();

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.NEEDS_ATTENTION);

        assertThat(world.ledger().command(command)).isEqualTo("payment_rejected");
    }

    @Test
    void rowThatAnOperatorClosedLetsTheUndoGoOn() {
        cancelledAtTheEnd();
        world.always("refundPayment", Reply.refused());
        RIG.start(world).end();
        int refunds = world.count("refundPayment");
        world.ledger().resolve(UndoAction.REFUND, null, false);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(world.count("refundPayment")).isEqualTo(refunds);
        assertThat(world.ledger().standing())
                .containsExactly("refund RESOLVED", "delete_account DONE", "delete_profile DONE");
    }

    @Test
    void commandsThatNobodyCanReadOrKnowHoldUpNothingBehindThem() {
        RIG.start(world).end();
        int unreadable =
                world.ledger().leave(Command.Kind.RESOLVE, UUID.randomUUID().toString(), null);
        int unknown = world.ledger().leave(Command.Kind.CANCEL, "", null);
        world.ledger().rename(unknown, "refund_twice");
        int attend = world.ledger().attend();

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.ledger().command(unreadable)).isEqualTo("unreadable_command");
        assertThat(world.ledger().command(unknown)).isEqualTo("unknown_command");
        assertThat(world.ledger().command(attend)).isEqualTo("applied");
    }

    @Test
    void resendWaitsForADatabaseThatIsAway() {
        RIG.start(world).end();
        ResendData data =
                new ResendData(world.profile(), List.of(), List.of(Step.EMAIL), "welcome-2", "welcome-sms-2", "tx_1");
        int command = world.ledger().leave(Command.Kind.RESEND, "1", data);
        world.next("resendOrder", Reply.breaks(), Reply.breaks(), Reply.breaks(), Reply.breaks(), Reply.breaks());

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.count("resendOrder")).isEqualTo(6);
        assertThat(world.ledger().command(command)).isEqualTo("applied");
    }

    @Test
    void resendWithoutDataIsUnreadableAtOnce() {
        RIG.start(world).end();
        int command = world.ledger().leave(Command.Kind.RESEND, "1", null);

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.count("resendOrder")).isOne();
        assertThat(world.ledger().command(command)).isEqualTo("unreadable_command");
    }

    @Test
    void commandOfANewerVersionIsLeftWithAllThatFollowsAndAskedAboutLaterAndLater() {
        RIG.start(world).end();
        int newer = world.ledger().leave(Command.Kind.CANCEL, "", null);
        world.ledger().newer(newer);
        int attend = world.ledger().attend();
        world.ledger().set("attend_failures = 2");

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.COMPLETED);

        assertThat(world.ledger().command(newer)).isEqualTo("pending");
        assertThat(world.ledger().command(attend)).isEqualTo("pending");
        assertThat(world.count("rest")).as("no loop").isOne();
        assertThat(world.ledger().facts().attendAt())
                .isBetween(Instant.now().plusSeconds(200), Instant.now().plusSeconds(250));
        assertThat(world.ledger().facts().failures()).isEqualTo(2);
    }

    @Test
    void registrationWithACommandOfANewerVersionDoesNotEndUntilThatIsApplied() {
        int[] command = new int[1];
        world.next("recordOutcome", Reply.works().after(() -> {
            command[0] = world.ledger().leave(Command.Kind.CANCEL, "", null);
            world.ledger().newer(command[0]);
        }));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.RUNNING);

        assertThat(world.ledger().command(command[0])).isEqualTo("pending");
        assertThat(world.step(Step.PAYMENT).status()).isEqualTo(StepStatus.SUCCEEDED);
        world.ledger().known(command[0]);
        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.CANCELLED);
        assertThat(world.standing().isZero()).isTrue();
    }

    @Test
    void resendSendsTheMessagesAgainUnderTheirNumber() {
        RIG.start(world).end();
        ResendData data = new ResendData(
                world.profile(), List.of(), List.of(Step.EMAIL, Step.SMS), "welcome-2", "welcome-sms-2", "tx_1");
        int command = world.ledger().leave(Command.Kind.RESEND, "1", data);
        world.always("sendSms", Reply.refused());

        assertThat(RIG.again(world, 2).end()).isEqualTo(RegistrationStatus.COMPLETED);

        WelcomeEmail sent =
                (WelcomeEmail) world.calls("sendWelcomeEmail").get(1).argument();
        assertThat(sent.resend()).isEqualTo(1);
        assertThat(sent.template()).isEqualTo("welcome-2");
        assertThat(world.ledger().command(command)).isEqualTo("applied");
        assertThat(Tables.shared().resends().of(world.id())).singleElement().satisfies(resend -> {
            assertThat(resend.succeeded(Step.EMAIL)).isTrue();
            assertThat(resend.left()).containsExactly(Step.SMS);
        });
        assertThat(world.count("updateUserProfile")).as("nothing was corrected").isZero();
    }

    @Test
    void resendWithACorrectionUpdatesProfileAndAccountFirst() {
        RIG.start(world).end();
        ResendData data = new ResendData(
                world.profile(), List.of(Step.EMAIL), List.of(Step.EMAIL), "welcome-1", "welcome-sms-1", "tx_1");
        world.ledger().leave(Command.Kind.RESEND, "1", data);
        int before = world.calls().size();

        RIG.again(world, 2).end();

        assertThat(world.calls().subList(before, world.calls().size()))
                .extracting(ServiceCall::method)
                .containsSubsequence("updateUserProfile", "saveUserData", "sendWelcomeEmail");
    }
}
