package dev.registrar.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.metrics.CallMeter.CallOutcome;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.outbound.RecentFailures.FailedCall;
import dev.registrar.outbound.RecentFailures.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** That calls are recorded here is in {@link ProviderRefusalsTest} and the contract tests of the clients. */
class RecentFailuresTest {

    private static final Instant START = Instant.parse("2026-02-01T12:00:00Z");

    private final AtomicInteger readings = new AtomicInteger();

    /** Each reading is a second later. */
    private final InstantSource ticking = () -> START.plusSeconds(readings.getAndIncrement());

    private final RecentFailures recent = new RecentFailures(ticking.withZone(ZoneOffset.UTC));

    @Test
    void lastTenOfEachServiceAreKeptNewestFirst() {
        for (int i = 0; i < 12; i++) {
            recent.failed(
                    Step.SMS, "send", CallOutcome.UNAVAILABLE, 500 + i, new UnavailableException(Step.SMS, "down"));
        }
        recent.failed(
                Step.PAYMENT,
                "charge",
                CallOutcome.REJECTED,
                422,
                new RejectedException(Step.PAYMENT, "bad_card", "no"));

        assertThat(recent.of(Step.SMS))
                .hasSize(RecentFailures.KEPT)
                .first()
                .isEqualTo(new FailedCall(START.plusSeconds(11), "send", "unavailable", 511, "sms_unavailable"));
        assertThat(recent.of(Step.PAYMENT))
                .containsExactly(new FailedCall(START.plusSeconds(12), "charge", "rejected", 422, "bad_card"));
        assertThat(recent.of(Step.EMAIL)).isEmpty();
    }

    @Test
    void refusalBeginsWithTheFirstAndEndsWithASuccess() {
        recent.refused(Step.EMAIL, 401);
        recent.refused(Step.EMAIL, 403);
        assertThat(recent.refusals()).containsExactly(java.util.Map.entry(Step.EMAIL, new Refusal(403, START)));

        recent.succeeded(Step.EMAIL);
        assertThat(recent.refusals()).isEmpty();
    }
}
