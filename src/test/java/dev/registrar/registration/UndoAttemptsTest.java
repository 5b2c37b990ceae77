package dev.registrar.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.registrar.compensation.CompensationRecords.CloseUndo;
import dev.registrar.compensation.UndoAction;
import dev.registrar.model.AttemptFailure;
import dev.registrar.model.AttemptFailure.Outcome;
import dev.registrar.model.CallDetails;
import dev.registrar.payment.PaymentService.RefundResult;
import dev.registrar.payment.PaymentService.RefundState;
import dev.registrar.profile.UserProfileService.ProfileDeletion;
import dev.registrar.profile.UserProfileService.ProfileUndo;
import dev.registrar.store.RegistrationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each failed attempt of an undo met is in its row. */
class UndoAttemptsTest {

    @RegisterExtension
    static final WorkflowRig RIG = new WorkflowRig();

    private static final CallDetails OVERLOADED = new CallDetails(true, 503, "overloaded", "req_1");
    private static final CallDetails REFUSED = new CallDetails(true, 409, "locked", "req_2");
    private static final CallDetails CONNECT_FAILED = CallDetails.noAnswer("connect_failed");
    private static final CallDetails BREAKER_OPEN = CallDetails.noAnswer("breaker_open");
    private static final CallDetails TIMEOUT = CallDetails.noAnswer("timeout");

    private final World world = new World();

    @BeforeEach
    void allStepsWorkThenTheOutcomeFindsACancel() {
        world.ledger().requestCancel();
    }

    private ListAssert<AttemptFailure> assertFailures(UndoAction action) {
        return assertThat(world.ledger().failures(action));
    }

    private void assertFailures(UndoAction action, AttemptFailure... failures) {
        assertFailures(action)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
                .containsExactly(failures);
    }

    private static AttemptFailure failure(int attempt, Outcome outcome, CallDetails met) {
        return new AttemptFailure(attempt, Instant.EPOCH, outcome, met.httpStatus(), met.code(), met.requestId());
    }

    private static AttemptFailure answered(int attempt, Outcome outcome, String code) {
        return new AttemptFailure(attempt, Instant.EPOCH, outcome, null, code, null);
    }

    private int attempts(UndoAction action) {
        return world.ledger().row(action).attempts();
    }

    @ParameterizedTest
    @CsvSource({
        "refundPayment,     REFUND",
        "deleteUserData,    DELETE_ACCOUNT",
        "deleteUserProfile, DELETE_PROFILE",
    })
    void failedAttemptsOfAnUndoThatWorksInTheEndAreInItsRow(String method, UndoAction action) {
        world.next(
                method,
                Reply.lostBefore().met(OVERLOADED),
                Reply.down().met(CONNECT_FAILED),
                Reply.breakerOpen(Duration.ofSeconds(10)).met(BREAKER_OPEN),
                Reply.comeBackIn(Duration.ofSeconds(9)).met(REFUSED),
                Reply.lostBefore().met(TIMEOUT));

        assertThat(RIG.start(world).end()).isEqualTo(RegistrationStatus.CANCELLED);

        assertThat(attempts(action)).isEqualTo(5);
        assertFailures(
                action,
                failure(1, Outcome.UNKNOWN, OVERLOADED),
                failure(2, Outcome.NOT_SENT, CONNECT_FAILED),
                failure(3, Outcome.NOT_SENT, BREAKER_OPEN),
                failure(3, Outcome.SENT, REFUSED),
                failure(4, Outcome.UNKNOWN, TIMEOUT));
    }

    @Test
    void undoThatWorksAtOnceWritesNoFailures() {
        RIG.start(world).end();

        assertThat(world.calls("closeUndo"))
                .hasSize(3)
                .allSatisfy(call ->
                        assertThat(((CloseUndo) call.argument()).failures()).isEmpty());
        for (UndoAction action : List.of(UndoAction.REFUND, UndoAction.DELETE_ACCOUNT, UndoAction.DELETE_PROFILE)) {
            assertFailures(action).isEmpty();
        }
    }

    @Test
    void refusalThatLeavesTheRowOpenIsSent() {
        world.always("refundPayment", Reply.refused().met(REFUSED));

        RIG.start(world).end();

        assertFailures(UndoAction.REFUND, failure(1, Outcome.SENT, REFUSED));
    }

    @Test
    void newestTenOfAllRunsAreKeptByTheRowsOrdinals() {
        world.always("refundPayment", Reply.down().met(CONNECT_FAILED));
        RIG.start(world).end();
        assertFailures(UndoAction.REFUND)
                .extracting(AttemptFailure::attempt)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 10).boxed().toList());
        world.next("refundPayment", Reply.lostBefore().met(OVERLOADED));
        world.always("refundPayment", Reply.refused().met(REFUSED));

        RIG.again(world, 2).end();

        assertThat(attempts(UndoAction.REFUND)).isEqualTo(12);
        assertFailures(UndoAction.REFUND)
                .hasSize(AttemptFailure.MOST)
                .extracting(AttemptFailure::attempt, AttemptFailure::outcome, AttemptFailure::requestId)
                .startsWith(tuple(3, Outcome.NOT_SENT, null))
                .endsWith(tuple(11, Outcome.UNKNOWN, "req_1"), tuple(12, Outcome.SENT, "req_2"));
    }

    @Test
    void breakerThatRefusesEveryRunIsOneFailure() {
        world.next("refundPayment", Reply.lostBefore().met(TIMEOUT));
        world.always("refundPayment", Reply.breakerOpen(Duration.ofMinutes(1)).met(BREAKER_OPEN));

        RIG.start(world).end();
        RIG.again(world, 2).end();

        assertThat(world.count("refundPayment")).isGreaterThan(3);
        assertThat(attempts(UndoAction.REFUND)).isOne();
        assertFailures(
                UndoAction.REFUND, failure(1, Outcome.UNKNOWN, TIMEOUT), failure(2, Outcome.NOT_SENT, BREAKER_OPEN));
    }

    @Test
    void refundThatFailedAtTheGatewayIsASentAttempt() {
        world.always("refundPayment", Reply.answers(new RefundResult(RefundState.FAILED_REFUND, World.PRICE)));

        RIG.start(world).end();

        assertFailures(UndoAction.REFUND, answered(1, Outcome.SENT, "payment_refund_failed"));
    }

    @Test
    void everyQuestionForAPendingRefundIsAnAttemptAndTheLastIsUnknown() {
        world.next("refundPayment", Reply.down().met(CONNECT_FAILED));
        world.always("refundPayment", Reply.answers(new RefundResult(RefundState.PENDING, World.PRICE)));

        RIG.start(world).end();

        int last = attempts(UndoAction.REFUND);
        assertThat(last).isGreaterThan(3);
        assertFailures(
                UndoAction.REFUND,
                failure(1, Outcome.NOT_SENT, CONNECT_FAILED),
                answered(last, Outcome.UNKNOWN, "payment_unavailable"));
    }

    @Test
    void profileThatIsStillThereAfterItsDeleteIsUnknown() {
        world.next("deleteUserProfile", Reply.answers(new ProfileUndo(ProfileDeletion.ABSENT, 1)));
        world.next("getUserProfile", Reply.down().met(CONNECT_FAILED));

        RIG.start(world).end();

        assertThat(attempts(UndoAction.DELETE_PROFILE))
                .as("the delete and two reads")
                .isEqualTo(3);
        assertFailures(
                UndoAction.DELETE_PROFILE,
                failure(2, Outcome.NOT_SENT, CONNECT_FAILED),
                answered(3, Outcome.UNKNOWN, "profile_unknown"));
    }
}
