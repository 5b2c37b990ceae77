package dev.registrar.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.registrar.call.CallFailure.Kind;
import dev.registrar.model.ForwardGuard.ForwardRefusedException;
import dev.registrar.model.RegistrationId;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnavailableException.Reason;
import dev.registrar.model.UndoGuard.UndoRefusedException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.temporal.PayloadJson;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallFailureTest {

    private static final Duration WAIT = Duration.ofSeconds(30);

    @Test
    void openBreakerSpendsNoAttemptAndIsNotRetriedByTemporal() {
        CallFailure failure =
                CallFailure.of(new UnavailableException(Step.PAYMENT, Reason.BREAKER_OPEN, WAIT, "open"), 3);

        assertThat(failure).isEqualTo(new CallFailure(Kind.BREAKER_OPEN, "payment_unavailable", null, 2, WAIT, false));
        assertThat(failure.toFailure().isNonRetryable()).isTrue();
    }

    @Test
    void retryAfterSpendsItsAttempt() {
        CallFailure safe = CallFailure.of(new UnavailableException(Step.SMS, Reason.RETRY_AFTER, WAIT, "429"), 1);
        CallFailure unsafe = CallFailure.of(new UnknownOutcomeException(Step.PAYMENT, "503", false, WAIT), 2);

        assertThat(safe).isEqualTo(new CallFailure(Kind.RETRY_AFTER, "sms_unavailable", null, 1, WAIT, false));
        assertThat(unsafe).isEqualTo(new CallFailure(Kind.RETRY_AFTER, "payment_unknown", null, 2, WAIT, true));
    }

    @Test
    void whatABackOffCanCureIsRetriedByTemporal() {
        assertThat(retryable(new UnavailableException(Step.SMS, "refused"))).isTrue();
        assertThat(retryable(new UnknownOutcomeException(Step.SMS, "time-out"))).isTrue();
        assertThat(retryable(new IllegalStateException("boom"))).isTrue();
        assertThat(retryable(new RejectedException(Step.SMS, "bad_number", "400")))
                .isFalse();
        assertThat(retryable(new ForwardRefusedException(RegistrationId.random())))
                .isFalse();
    }

    private static boolean retryable(RuntimeException thrown) {
        return !CallFailure.of(thrown, 1).toFailure().isNonRetryable();
    }

    @Test
    void whatStandsInTheWayIsWaitedForAndIsNoAttempt() {
        CallFailure blocked = CallFailure.of(new UnavailableException(Step.PAYMENT, Reason.BLOCKED, null, "401"), 2);
        CallFailure held = CallFailure.of(new UnavailableException(Step.PAYMENT, Reason.HELD, WAIT, "forced"), 1);

        assertThat(blocked).isEqualTo(new CallFailure(Kind.BLOCKED, "payment_unavailable", null, 1, null, false));
        assertThat(held).isEqualTo(new CallFailure(Kind.HELD, "payment_unavailable", null, 0, WAIT, false));
        assertThat(blocked.toFailure().isNonRetryable()).isTrue();
        assertThat(CallFailure.whilePaused(1).getType()).isEqualTo("held");
    }

    @Test
    void refusalsOfGuardsAreFinalAndNoAttempts() {
        RegistrationId id = RegistrationId.random();

        assertThat(CallFailure.of(new ForwardRefusedException(id), 1))
                .isEqualTo(new CallFailure(Kind.FORWARD_REFUSED, "", null, 0, null, false));
        assertThat(CallFailure.of(ForwardRefusedException.cancelRequested(id), 2))
                .isEqualTo(new CallFailure(Kind.CANCEL_REQUESTED, "", null, 1, null, false));
        assertThat(CallFailure.of(new UndoRefusedException(id), 1))
                .isEqualTo(new CallFailure(Kind.UNDO_REFUSED, "", null, 0, null, false));
        assertThat(retryable(new UndoRefusedException(id))).isFalse();
    }

    @Test
    void unexpectedExceptionIsUnknownAndTravelsWithoutItsText() {
        ApplicationFailure failure =
                CallFailure.of(new IllegalStateException("ada@example.com"), 1).toFailure();

        assertThat(failure.getMessage()).doesNotContain("ada@");
        assertThat(failure.getCause()).isNull();
        assertThat(failure.getType()).isEqualTo("unknown");
    }

    @Test
    void failureRecordedBeforeThereWereDetailsIsRead() throws JsonProcessingException {
        String old = "{\"kind\":\"RETRY_AFTER\",\"code\":\"sms_unavailable\",\"providerCode\":null,\"attemptsSpent\":1,"
                + "\"retryAfter\":\"PT30S\",\"unknown\":false}";

        CallFailure read = PayloadJson.mapper().readValue(old, CallFailure.class);

        assertThat(read).isEqualTo(new CallFailure(Kind.RETRY_AFTER, "sms_unavailable", null, 1, WAIT, false));
        assertThat(PayloadJson.mapper().writeValueAsString(read)).isEqualTo(old);
    }

    @Test
    void laterFailureHidesEarlierCallsAndAnOpenBreakerIsNoCall() {
        assertThat(CallFailure.of(new UnavailableException(Step.PAYMENT, "refused"), 1)
                        .hidesEarlier())
                .isFalse();
        assertThat(CallFailure.of(new UnavailableException(Step.PAYMENT, "refused"), 2)
                        .hidesEarlier())
                .isTrue();
        UnavailableException open = new UnavailableException(Step.PAYMENT, Reason.BREAKER_OPEN, WAIT, "open");
        assertThat(CallFailure.of(open, 1).hidesEarlier()).isFalse();
        assertThat(CallFailure.of(open, 2).hidesEarlier()).isTrue();
    }
}
