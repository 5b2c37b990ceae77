package dev.registrar.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.registrar.model.CallLimit;
import dev.registrar.model.IdempotencyKey;
import dev.registrar.model.Money;
import dev.registrar.model.PaymentRequest;
import dev.registrar.model.RejectedException;
import dev.registrar.model.Step;
import dev.registrar.model.UnavailableException;
import dev.registrar.model.UnknownOutcomeException;
import dev.registrar.payment.PaymentService.ChargeReference;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentResult;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundStatus;
import dev.registrar.payment.PaymentService.VoidResult;
import dev.registrar.payment.stripe.StripeServer.Call;
import dev.registrar.payment.stripe.StripeServer.Fault;
import dev.registrar.payment.stripe.StripeServer.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StripePaymentGatewayTest {

    private StripeFixture with;
    private StripeServer stripe;

    @BeforeEach
    void start() throws IOException {
        with = new StripeFixture();
        stripe = with.stripe;
    }

    @AfterEach
    void stop() {
        with.close();
    }

    /** Replaces the registration with one accepted so long ago that Stripe has forgotten its keys. */
    private void ageBy(Duration age) throws IOException {
        with.close();
        with = new StripeFixture(age);
        stripe = with.stripe;
    }

    @Test
    void healthyChargeIsTwoCallsWithTheirKeysAndThePinnedVersion() {
        PaymentResult result = with.charge();

        assertThat(result.status()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(result.amount()).isEqualTo(StripeFixture.PRICE);
        assertThat(result.transactionId()).isEqualTo(stripe.ids().get(0));
        assertThat(result.timestamp()).isNotNull();
        assertThat(stripe.calls()).containsExactly(Call.CREATE, Call.CONFIRM);
        Request create = stripe.last(Call.CREATE);
        assertThat(create.headers())
                .containsEntry("idempotency-key", "charge:" + with.id)
                .containsEntry("stripe-version", StripeRequests.VERSION)
                .containsEntry("content-type", "application/x-www-form-urlencoded");
        assertThat(create.parameters())
                .containsEntry("amount", "4990")
                .containsEntry("currency", "usd")
                .containsEntry("payment_method", "pm_ok")
                .containsEntry("metadata[registration_id]", with.id.toString())
                .containsEntry("metadata[description]", "Café & more")
                .doesNotContainKey("description");
        assertThat(stripe.last(Call.CONFIRM).headers())
                .containsEntry("idempotency-key", "charge:" + with.id + ":confirm");
    }

    @Test
    void chargeAgainIsTheSameCharge() {
        PaymentResult first = with.charge();

        assertThat(with.charge()).isEqualTo(first);
        assertThat(stripe.statuses(with.id.toString())).containsExactly("succeeded");
    }

    @Test
    void declineIsAResultWithTheIssuersReasonAndTheIntentIsCancelled() {
        PaymentResult result = with.charge("pm_declined");

        assertThat(result.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(result.declineCode()).isEqualTo("insufficient_funds");
        assertThat(stripe.statuses(with.id.toString())).containsExactly("canceled");
        assertThat(with.outbound.ended(Step.PAYMENT, "declined")).isOne();
        assertThat(with.charge("pm_declined"))
                .as("the stored answer")
                .usingRecursiveComparison()
                .ignoringFields("refusal.requestId")
                .isEqualTo(result);
    }

    @Test
    void declineStandsWhenItsIntentCannotBeCancelled() {
        stripe.will(Call.CANCEL, Fault.LOST_BEFORE);

        assertThat(with.charge("pm_declined").status()).isEqualTo(PaymentStatus.DECLINED);
    }

    @Test
    void declineOfAPaymentThatStripeHoldsIsUnknown() throws IOException {
        stripe.will(Call.CONFIRM, Fault.LOST_AFTER);
        with.charge();
        stripe.answer(Call.CONFIRM, 402, "{\"error\":{\"type\":\"card_error\",\"code\":\"card_declined\"}}");

        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);
    }

    @Test
    void intentThatWaitsForItsCustomerIsADeclineOnceAReadShowsItCancelled() {
        PaymentResult result = with.charge("pm_action");

        assertThat(result.status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(result.declineCode()).isEqualTo("requires_action");
        assertThat(stripe.calls()).containsExactly(Call.CREATE, Call.CONFIRM, Call.CANCEL, Call.GET);
        assertThat(stripe.statuses(with.id.toString())).containsExactly("canceled");
    }

    @Test
    void intentThatWaitsForItsCustomerIsUnknownUntilItIsProvedCancelled() {
        stripe.will(Call.CANCEL, Fault.LOST_BEFORE);
        assertThatThrownBy(() -> with.charge("pm_action")).isInstanceOf(UnknownOutcomeException.class);

        stripe.will(Call.GET, Fault.LOST_BEFORE);
        assertThatThrownBy(() -> with.charge("pm_action")).isInstanceOf(UnknownOutcomeException.class);

        assertThat(with.charge("pm_action").status()).isEqualTo(PaymentStatus.DECLINED);
    }

    @Test
    void processingIsPending() {
        PaymentResult result = with.charge("pm_processing");

        assertThat(result.status()).isEqualTo(PaymentStatus.PENDING);
        assertThat(result.amount()).isEqualTo(StripeFixture.PRICE);
        assertThat(with.gateway.find(with.id, with.lost("pm_processing")))
                .extracting(FoundPayment::status)
                .containsExactly(PaymentStatus.PENDING);
    }

    @Test
    void intentOfAnotherAmountIsNotConfirmed() {
        stripe.change(Call.CREATE, intent -> intent.put("amount", 4991));

        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);
        assertThat(stripe.calls()).containsExactly(Call.CREATE);
    }

    @Test
    void intentOfAnotherCurrencyOrRegistrationIsNotConfirmed() {
        stripe.change(Call.CREATE, intent -> intent.put("currency", "eur"));
        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);

        stripe.change(Call.CREATE, intent -> intent.putObject("metadata").put("registration_id", "another"));
        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);

        assertThat(stripe.calls()).containsOnly(Call.CREATE);
    }

    @Test
    void chargeSaysWhatStripeTookEvenIfItIsWrong() {
        stripe.change(Call.CONFIRM, intent -> intent.put("amount_received", 4991));

        assertThat(with.charge().amount()).isEqualTo(Money.of("49.91", "USD"));
    }

    @Test
    void confirmationOfAnotherIntentIsUnknown() {
        stripe.change(Call.CONFIRM, intent -> intent.put("id", "pi_9"));
        stripe.will(Call.GET, Fault.LOST_BEFORE);

        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);
    }

    @Test
    void storedErrorOfAConfirmationIsNotTheLastWord() {
        stripe.will(Call.CONFIRM, Fault.STORED_500_AFTER);

        assertThat(with.charge().status()).as("a read decides").isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(with.charge().status()).as("stored, read again").isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(stripe.calls())
                .containsExactly(Call.CREATE, Call.CONFIRM, Call.GET, Call.CREATE, Call.CONFIRM, Call.GET);
    }

    @Test
    void storedErrorOfAConfirmationWithoutEffectStaysUnknownUntilTheVoidIsProved() {
        stripe.will(Call.CONFIRM, Fault.STORED_500);
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);
        }

        VoidResult result = with.voided(with.lost("pm_ok"));

        assertThat(result.proved()).isTrue();
        assertThat(result.payments()).extracting(FoundPayment::captured).allMatch(Money::isZero);
    }

    @Test
    void storedErrorOfACreationLeavesTheDecisionToTheList() {
        stripe.will(Call.CREATE, Fault.STORED_500_AFTER);
        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);

        VoidResult result = with.voided(with.lost("pm_ok"));

        assertThat(stripe.statuses(with.id.toString())).as("found by list").containsExactly("canceled");
        assertThat(result.payments()).extracting(FoundPayment::status).containsExactly(PaymentStatus.CANCELLED);
        assertThat(result.proved())
                .as("the key does not show that this is its intent")
                .isFalse();
    }

    @Test
    void messagesNameStripesRequestAndNothingThatStripeWrote() {
        stripe.will(Call.CREATE, Fault.FORBIDDEN);

        UnavailableException failure = catchThrowableOfType(UnavailableException.class, with::charge);

        assertThat(failure).hasMessageContaining("request req_1").hasMessageNotContaining("ada");
        assertThat(failure.reason()).isEqualTo(UnavailableException.Reason.BLOCKED);
    }

    @Test
    void amountThatStripeCannotWriteIsRefusedBeforeItIsSent() {
        PaymentRequest odd = new PaymentRequest("u-1", Money.of("1.001", "KWD"), "pm_ok", null);

        RejectedException failure =
                catchThrowableOfType(RejectedException.class, () -> with.gateway.charge(with.id, odd, CallLimit.FULL));

        assertThat(failure.providerCode()).isEqualTo("amount_not_representable");
        assertThat(stripe.requests()).isEmpty();
    }

    @Test
    void voidOfAChargeWhoseAnswersWereLostCancelsItAndProvesIt() {
        stripe.will(Call.CONFIRM, Fault.LOST_BEFORE);
        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);

        VoidResult result = with.voided(with.lost("pm_ok"));

        assertThat(result.proved()).isTrue();
        assertThat(stripe.statuses(with.id.toString())).containsExactly("canceled");
        assertThatThrownBy(with::charge).as("never again").isInstanceOf(RejectedException.class);
        assertThat(stripe.statuses(with.id.toString())).containsExactly("canceled");
    }

    @Test
    void voidOfAChargeThatWasNeverSentKeepsItsKeyFromCharging() {
        VoidResult result = with.voided(with.lost("pm_ok"));

        assertThat(result.proved()).isTrue();
        assertThatThrownBy(with::charge).isInstanceOf(RejectedException.class);
        assertThat(stripe.statuses(with.id.toString())).containsExactly("canceled");
    }

    @Test
    void voidOfASucceededChargeShowsItAndProvesNothing() {
        with.charge();

        VoidResult result = with.voided(with.lost("pm_ok"));

        assertThat(result.proved()).isFalse();
        assertThat(result.payments()).extracting(FoundPayment::captured).containsExactly(StripeFixture.PRICE);
    }

    @Test
    void voidThatIsAcknowledgedAndNotSeenProvesNothing() {
        stripe.will(Call.CONFIRM, Fault.LOST_BEFORE);
        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);
        stripe.change(Call.GET, intent -> intent.put("status", "requires_confirmation"));

        assertThat(with.voided(with.lost("pm_ok")).proved()).isFalse();
    }

    @Test
    void voidBeyondTheKeysLifeWithTheIdLostProvesNothing() throws IOException {
        ageBy(Duration.ofHours(24));
        with.charge("pm_action");
        stripe.forgetKeys();
        int before = stripe.ids().size();

        VoidResult result = with.voided(with.lost("pm_action"));

        assertThat(result.proved()).isFalse();
        assertThat(result.payments()).as("found by list all the same").hasSize(1);
        assertThat(stripe.ids()).as("nothing is made under a forgotten key").hasSize(before);
        assertThat(with.voided(with.lost("pm_action").of(stripe.ids().get(0))).proved())
                .as("with the id it proves")
                .isTrue();
    }

    @Test
    void voidOfAnErasedRequestAsksTheListAlone() {
        stripe.will(Call.CONFIRM, Fault.LOST_BEFORE);
        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);

        VoidResult result = with.voided(new ChargeReference(null, with.acceptedAt, null));

        assertThat(result.proved()).isFalse();
        assertThat(stripe.statuses(with.id.toString())).containsExactly("canceled");
    }

    @Test
    void declineWhoseAnswerWasLostIsStillADeclineAfterTheVoid() {
        stripe.will(Call.CONFIRM, Fault.LOST_AFTER);
        assertThatThrownBy(() -> with.charge("pm_declined")).isInstanceOf(UnknownOutcomeException.class);

        VoidResult result = with.voided(with.lost("pm_declined"));

        assertThat(result.proved()).isTrue();
        assertThat(result.payments()).extracting(FoundPayment::status).containsExactly(PaymentStatus.DECLINED);
    }

    @Test
    void findReadsAllPagesAndKeepsToTheTimeOfTheAttempts() throws IOException {
        ageBy(Duration.ofHours(30));
        with.charge();
        stripe.others(250, 0);
        stripe.others(250, 7_200);

        List<FoundPayment> found = with.gateway.find(with.id, with.lost("pm_ok"));

        assertThat(found).extracting(FoundPayment::captured).containsExactly(StripeFixture.PRICE);
        assertThat(stripe.calls().stream().filter(Call.LIST::equals)).hasSize(3);
        assertThat(stripe.last(Call.LIST).parameters())
                .containsEntry(
                        "created[gte]", "" + with.acceptedAt.minusSeconds(600).getEpochSecond())
                .containsEntry("limit", "100");
    }

    @Test
    void findReadsAPageOfFullMetadata() {
        stripe.change(
                Call.LIST,
                page -> page.path("data")
                        .forEach(intent -> ((com.fasterxml.jackson.databind.node.ObjectNode) intent)
                                .put("padding", "x".repeat(20_000))));
        stripe.others(99, 0);
        with.charge();

        assertThat(with.gateway.find(with.id, with.lost("pm_ok"))).hasSize(1);
    }

    @Test
    void listThatWasCutIsNoAnswer() throws IOException {
        ageBy(Duration.ofHours(30));
        stripe.others(5_001, 0);

        assertThatThrownBy(() -> with.gateway.find(with.id, with.lost("pm_ok")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("cut");
        assertThat(stripe.calls()).hasSize(50).containsOnly(Call.LIST);
    }

    @Test
    void listThatWasCutDoesNotHideTheIntentOfOurOwnKey() {
        with.charge();
        stripe.others(5_001, 0);

        assertThat(with.gateway.find(with.id, with.lost("pm_ok")))
                .extracting(FoundPayment::transactionId)
                .containsExactly(stripe.ids().get(0));
    }

    @Test
    void findShowsEveryPaymentOfTheRegistration() {
        with.charge();
        stripe.forgetKeys();
        with.charge();

        assertThat(with.gateway.find(
                        with.id,
                        new ChargeReference(null, with.acceptedAt, stripe.ids().get(0))))
                .extracting(FoundPayment::captured)
                .containsExactly(StripeFixture.PRICE, StripeFixture.PRICE);
    }

    @Test
    void findOfWhatWasNeverConfirmedIsEmpty() {
        stripe.will(Call.CONFIRM, Fault.LOST_BEFORE);
        assertThatThrownBy(with::charge).isInstanceOf(UnknownOutcomeException.class);

        assertThat(with.gateway.find(with.id, with.lost("pm_ok"))).isEmpty();
    }

    @Test
    void findIsNoAnswerWhenStripeDoesNotHaveTheIntentThatItMade() {
        ChargeReference elsewhere = with.lost("pm_ok").of("pi_elsewhere");

        assertThatThrownBy(() -> with.gateway.find(with.id, elsewhere)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void pageThatIsNoneIsNoAnswer() throws IOException {
        for (String body : List.of(
                "{}", "{\"data\":[]}", "{\"data\":[],\"has_more\":true}", "{\"data\":[null],\"has_more\":false}")) {
            stripe.answer(Call.LIST, 200, body);
            assertThatThrownBy(() -> with.gateway.find(with.id, with.lost("pm_ok")))
                    .as(body)
                    .isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void getChecksWhoseThePaymentIs() {
        String intent = with.chargedIntent();

        assertThat(with.gateway.get(with.id, intent)).isPresent();
        assertThat(with.gateway.get(with.id, "pi_none")).isEmpty();
        assertThatThrownBy(() -> with.gateway.get(dev.registrar.model.RegistrationId.random(), intent))
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void refundsAreSeenOneByOneWithOurKeys() {
        String intent = with.chargedIntent();
        IdempotencyKey first = IdempotencyKey.refund(with.id);
        with.gateway.refund(with.id, intent, first, Money.of("10", "USD"));
        with.gateway.refund(with.id, intent, first, Money.of("10", "USD"));
        stripe.refundsBecome("pending");
        with.gateway.refund(with.id, intent, IdempotencyKey.refundAgain(with.id, 1), Money.of("5", "USD"));

        FoundPayment found = with.gateway.get(with.id, intent).orElseThrow();

        assertThat(found.refunds())
                .extracting(FoundRefund::idempotencyKey, FoundRefund::amount, FoundRefund::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                first.value(), Money.of("10", "USD"), RefundStatus.SUCCEEDED),
                        org.assertj.core.groups.Tuple.tuple(
                                first.value() + ":again:1", Money.of("5", "USD"), RefundStatus.PENDING));
        assertThat(found.remainder()).isEqualTo(Money.of("39.90", "USD"));
        assertThat(stripe.last(Call.REFUND).headers()).containsEntry("idempotency-key", first.value() + ":again:1");
        assertThat(stripe.refunded()).isEqualTo(1000);
    }

    @Test
    void refundOfMoreThanIsLeftIsRejected() {
        String intent = with.chargedIntent();

        RejectedException failure = catchThrowableOfType(
                RejectedException.class,
                () -> with.gateway.refund(with.id, intent, IdempotencyKey.refund(with.id), Money.of("50", "USD")));

        assertThat(failure.providerCode()).isEqualTo("charge_already_refunded");
    }

    @Test
    void answerAboutAnotherRefundIsUnknown() {
        String intent = with.chargedIntent();
        stripe.change(Call.REFUND, refund -> refund.put("amount", 1));

        assertThatThrownBy(
                        () -> with.gateway.refund(with.id, intent, IdempotencyKey.refund(with.id), StripeFixture.PRICE))
                .isInstanceOf(UnknownOutcomeException.class);
    }

    @Test
    void moreRefundedThanCapturedIsNoAnswer() {
        String intent = with.chargedIntent();
        with.gateway.refund(with.id, intent, IdempotencyKey.refund(with.id), StripeFixture.PRICE);
        stripe.change(Call.GET, read -> read.put("amount_received", 10));

        assertThatThrownBy(() -> with.gateway.get(with.id, intent)).isInstanceOf(UnavailableException.class);
    }
}
