package dev.registrar.payment.stripe;

import static dev.registrar.payment.stripe.StripeServer.Fault.BAD_GATEWAY;
import static dev.registrar.payment.stripe.StripeServer.Fault.FORBIDDEN;
import static dev.registrar.payment.stripe.StripeServer.Fault.IN_USE;
import static dev.registrar.payment.stripe.StripeServer.Fault.LIMITED;
import static dev.registrar.payment.stripe.StripeServer.Fault.LOST_AFTER;
import static dev.registrar.payment.stripe.StripeServer.Fault.LOST_BEFORE;
import static dev.registrar.payment.stripe.StripeServer.Fault.STORED_500;
import static dev.registrar.payment.stripe.StripeServer.Fault.STORED_500_AFTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.model.CallException;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.VoidResult;
import dev.registrar.payment.stripe.StripeServer.Call;
import dev.registrar.payment.stripe.StripeServer.Fault;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step of the adapter with every way to lose its response: the outcome class and the final state. */
class StripeLostAnswersTest {

    private static final String UNKNOWN = "UnknownOutcomeException";
    private static final String UNAVAILABLE = "UnavailableException";

    /**
     * The call, what happens to its response, the class of the charge, what Stripe holds afterwards, and after a void.
     */
    static Stream<Arguments> charges() {
        return Stream.of(
                charge("pm_ok", Call.CREATE, LOST_BEFORE, UNKNOWN, List.of(), "nothing, proved"),
                charge("pm_ok", Call.CREATE, LOST_AFTER, UNKNOWN, List.of("requires_confirmation"), "nothing, proved"),
                charge("pm_ok", Call.CREATE, STORED_500, UNKNOWN, List.of(), "nothing"),
                charge("pm_ok", Call.CREATE, STORED_500_AFTER, UNKNOWN, List.of("requires_confirmation"), "nothing"),
                charge("pm_ok", Call.CREATE, IN_USE, UNKNOWN, List.of(), "nothing, proved"),
                charge("pm_ok", Call.CREATE, LIMITED, UNAVAILABLE, List.of(), "nothing, proved"),
                charge("pm_ok", Call.CREATE, FORBIDDEN, UNAVAILABLE, List.of(), "nothing, proved"),
                charge("pm_ok", Call.CREATE, BAD_GATEWAY, UNKNOWN, List.of(), "nothing, proved"),
                charge(
                        "pm_ok",
                        Call.CONFIRM,
                        LOST_BEFORE,
                        UNKNOWN,
                        List.of("requires_confirmation"),
                        "nothing, proved"),
                charge("pm_ok", Call.CONFIRM, LOST_AFTER, "SUCCEEDED", List.of("succeeded"), "charged"),
                charge("pm_ok", Call.CONFIRM, STORED_500, UNKNOWN, List.of("requires_confirmation"), "nothing, proved"),
                charge("pm_ok", Call.CONFIRM, STORED_500_AFTER, "SUCCEEDED", List.of("succeeded"), "charged"),
                charge("pm_ok", Call.CONFIRM, IN_USE, UNKNOWN, List.of("requires_confirmation"), "nothing, proved"),
                charge(
                        "pm_ok",
                        Call.CONFIRM,
                        LIMITED,
                        UNAVAILABLE,
                        List.of("requires_confirmation"),
                        "nothing, proved"),
                charge(
                        "pm_ok",
                        Call.CONFIRM,
                        FORBIDDEN,
                        UNAVAILABLE,
                        List.of("requires_confirmation"),
                        "nothing, proved"),
                charge(
                        "pm_ok",
                        Call.CONFIRM,
                        BAD_GATEWAY,
                        UNKNOWN,
                        List.of("requires_confirmation"),
                        "nothing, proved"),
                charge(
                        "pm_declined",
                        Call.CONFIRM,
                        LOST_AFTER,
                        UNKNOWN,
                        List.of("requires_payment_method"),
                        "nothing, proved"),
                charge(
                        "pm_declined",
                        Call.CANCEL,
                        LOST_BEFORE,
                        "DECLINED",
                        List.of("requires_payment_method"),
                        "nothing, proved"),
                charge("pm_declined", Call.CANCEL, LOST_AFTER, "DECLINED", List.of("canceled"), "nothing, proved"),
                charge("pm_action", Call.CONFIRM, LOST_AFTER, UNKNOWN, List.of("requires_action"), "nothing, proved"),
                charge("pm_action", Call.CANCEL, LOST_BEFORE, UNKNOWN, List.of("requires_action"), "nothing, proved"),
                charge("pm_action", Call.CANCEL, LOST_AFTER, UNKNOWN, List.of("canceled"), "nothing, proved"),
                charge("pm_action", Call.GET, LOST_BEFORE, UNKNOWN, List.of("canceled"), "nothing, proved"),
                charge("pm_processing", Call.CONFIRM, LOST_AFTER, UNKNOWN, List.of("processing"), "pending"));
    }

    private static Arguments charge(
            String method, Call call, Fault fault, String outcome, List<String> held, String end) {
        return Arguments.of(method, call, fault, outcome, held, end);
    }

    @ParameterizedTest(name = "{0} {1} {2}: {3}, then {5}")
    @MethodSource("charges")
    void chargeWithALostAnswer(String method, Call call, Fault fault, String outcome, List<String> held, String end)
            throws IOException {
        try (StripeFixture with = new StripeFixture()) {
            with.stripe.will(call, fault);

            assertThat(outcome(() -> with.charge(method).status().name())).isEqualTo(outcome);
            assertThat(with.stripe.statuses(with.id.toString())).isEqualTo(held);
            assertThat(judged(with.voided(with.lost(method)))).isEqualTo(end);
        }
    }

    /** Then the charge is sent again, as by its retry: one effect and a definite end. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("charges")
    void retryHasOneEffect(String method, Call call, Fault fault, String outcome, List<String> held, String end)
            throws IOException {
        try (StripeFixture with = new StripeFixture()) {
            with.stripe.will(call, fault);
            outcome(() -> with.charge(method).status().name());

            String second = outcome(() -> with.charge(method).status().name());

            boolean stored = fault == STORED_500 || (fault == STORED_500_AFTER && call == Call.CREATE);
            String definite = switch (method) {
                case "pm_declined", "pm_action" -> "DECLINED";
                case "pm_processing" -> "PENDING";
                default -> "SUCCEEDED";
            };
            assertThat(second).isEqualTo(stored ? UNKNOWN : definite);
            assertThat(with.stripe.statuses(with.id.toString())).hasSizeLessThanOrEqualTo(1);
        }
    }

    static Stream<Arguments> voids() {
        return Stream.of(
                Arguments.of(Call.CREATE, LOST_BEFORE, UNAVAILABLE),
                Arguments.of(Call.CREATE, IN_USE, UNAVAILABLE),
                Arguments.of(Call.CREATE, LIMITED, UNAVAILABLE),
                Arguments.of(Call.CANCEL, LOST_BEFORE, UNKNOWN),
                Arguments.of(Call.CANCEL, LOST_AFTER, UNKNOWN),
                Arguments.of(Call.CANCEL, STORED_500, UNKNOWN),
                Arguments.of(Call.CANCEL, STORED_500_AFTER, UNKNOWN),
                Arguments.of(Call.CANCEL, LIMITED, UNAVAILABLE),
                Arguments.of(Call.GET, LOST_BEFORE, UNAVAILABLE),
                Arguments.of(Call.GET, BAD_GATEWAY, UNAVAILABLE),
                Arguments.of(Call.LIST, LOST_BEFORE, UNAVAILABLE),
                Arguments.of(Call.LIST, FORBIDDEN, UNAVAILABLE));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("voids")
    void voidWithALostAnswerProvesNothingAndProvesItWhenMadeAgain(Call call, Fault fault, String outcome)
            throws IOException {
        try (StripeFixture with = new StripeFixture()) {
            with.stripe.will(Call.CONFIRM, LOST_BEFORE);
            outcome(() -> with.charge().status().name());
            with.stripe.will(call, fault);

            assertThat(outcome(() -> judged(with.voided(with.lost("pm_ok"))))).isEqualTo(outcome);
            assertThat(judged(with.voided(with.lost("pm_ok")))).isEqualTo("nothing, proved");
            assertThat(with.stripe.statuses(with.id.toString())).containsExactly("canceled");
        }
    }

    static Stream<Arguments> refunds() {
        return Stream.of(
                Arguments.of(LOST_BEFORE, UNKNOWN, false),
                Arguments.of(LOST_AFTER, UNKNOWN, true),
                Arguments.of(STORED_500, UNKNOWN, false),
                Arguments.of(STORED_500_AFTER, UNKNOWN, true),
                Arguments.of(IN_USE, UNKNOWN, false),
                Arguments.of(LIMITED, UNAVAILABLE, false),
                Arguments.of(FORBIDDEN, UNAVAILABLE, false),
                Arguments.of(BAD_GATEWAY, UNKNOWN, false));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refunds")
    void refundWithALostAnswerIsSeenByAReadOrNot(Fault fault, String outcome, boolean given) throws IOException {
        try (StripeFixture with = new StripeFixture()) {
            String intent = with.chargedIntent();
            IdempotencyKey key = IdempotencyKey.refund(with.id);
            with.stripe.will(Call.REFUND, fault);

            assertThat(outcome(() -> {
                        with.gateway.refund(with.id, intent, key, StripeFixture.PRICE);
                        return "accepted";
                    }))
                    .isEqualTo(outcome);
            FoundPayment read = with.gateway.get(with.id, intent).orElseThrow();
            assertThat(read.remainder().isZero()).isEqualTo(given);
            assertThat(read.refund(key).isPresent()).isEqualTo(given);
        }
    }

    static Stream<Arguments> reads() {
        return Stream.of(
                Arguments.of(Call.GET, LOST_BEFORE),
                Arguments.of(Call.GET, LIMITED),
                Arguments.of(Call.GET, BAD_GATEWAY),
                Arguments.of(Call.REFUNDS, LOST_BEFORE),
                Arguments.of(Call.REFUNDS, LIMITED),
                Arguments.of(Call.REFUNDS, BAD_GATEWAY));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("reads")
    void readWithALostAnswerIsUnavailable(Call call, Fault fault) throws IOException {
        try (StripeFixture with = new StripeFixture()) {
            String intent = with.chargedIntent();
            with.stripe.will(call, fault);

            assertThat(outcome(() -> with.gateway
                            .get(with.id, intent)
                            .orElseThrow()
                            .status()
                            .name()))
                    .isEqualTo(UNAVAILABLE);
        }
    }

    @Test
    void tableHasAllSteps() {
        assertThat(charges().count() + voids().count() + refunds().count() + reads().count())
                .isGreaterThanOrEqualTo(40);
    }

    private interface Attempt {

        String run();
    }

    private static String outcome(Attempt attempt) {
        try {
            return attempt.run();
        } catch (CallException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static String judged(VoidResult result) {
        boolean charged = result.payments().stream()
                .anyMatch(payment -> !payment.captured().isZero());
        boolean pending = result.payments().stream()
                .anyMatch(payment -> payment.status().name().equals("PENDING"));
        String held = charged ? "charged" : pending ? "pending" : "nothing";
        return held + (result.proved() ? ", proved" : "");
    }
}
