package dev.registrar.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.call.CallPolicy.Mode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LocalAttemptsTest {

    private static final String CHARGE = "ProcessPayment";

    private Instant now = Instant.parse("2026-11-23T00:00:00Z");
    private final LocalAttempts attempts = new LocalAttempts(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    private void timeOut(int times) {
        for (int i = 0; i < times; i++) {
            attempts.timedOut(CHARGE);
        }
    }

    private Mode mode() {
        return attempts.mode(CHARGE, Mode.LOCAL_FIRST);
    }

    @Test
    void serviceStartsAsConfiguredUntilThreeTimeOutsInARow() {
        timeOut(2);

        assertThat(mode()).isEqualTo(Mode.LOCAL_FIRST);
        timeOut(1);
        assertThat(mode()).isEqualTo(Mode.DURABLE);
        assertThat(attempts.mode("SendSms", Mode.LOCAL_FIRST))
                .as("of each service its own")
                .isEqualTo(Mode.LOCAL_FIRST);
    }

    @Test
    void answerInBetweenStartsTheCountAgain() {
        timeOut(2);
        attempts.answered(CHARGE);
        timeOut(2);

        assertThat(mode()).isEqualTo(Mode.LOCAL_FIRST);
    }

    @Test
    void pauseEndsAfterAMinute() {
        timeOut(3);

        now = now.plus(Duration.ofMillis(59_999));
        assertThat(mode()).isEqualTo(Mode.DURABLE);
        now = now.plus(Duration.ofMillis(1));
        assertThat(mode()).isEqualTo(Mode.LOCAL_FIRST);
    }

    @Test
    void oneMoreTimeOutAfterThePausePausesAgainAndAnAnswerEndsIt() {
        timeOut(3);
        now = now.plus(Duration.ofSeconds(61));

        timeOut(1);
        assertThat(mode()).isEqualTo(Mode.DURABLE);
        attempts.answered(CHARGE);
        assertThat(mode()).isEqualTo(Mode.LOCAL_FIRST);
    }

    @Test
    void configuredDurableStaysDurable() {
        assertThat(attempts.mode(CHARGE, Mode.DURABLE)).isEqualTo(Mode.DURABLE);
    }
}
