package dev.registrar.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.registrar.compensation.PaymentVerdict.Kind;
import dev.registrar.model.Money;
import dev.registrar.payment.PaymentService.FoundPayment;
import dev.registrar.payment.PaymentService.FoundRefund;
import dev.registrar.payment.PaymentService.PaymentStatus;
import dev.registrar.payment.PaymentService.RefundStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of several payments is kept and which are surplus. */
class PaymentVerdictTest {

    private static final Money PRICE = Money.of("49.90", "USD");
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private static FoundPayment payment(String id, PaymentStatus status, String captured, FoundRefund... refunds) {
        return new FoundPayment(id, status, PRICE, Money.of(captured, "USD"), List.of(refunds), NOON, true);
    }

    private static FoundPayment charged(String id, String captured, FoundRefund... refunds) {
        return payment(id, PaymentStatus.SUCCEEDED, captured, refunds);
    }

    private static FoundPayment at(FoundPayment payment, Instant time) {
        return new FoundPayment(
                payment.transactionId(), payment.status(), PRICE, payment.captured(), payment.refunds(), time, true);
    }

    private static FoundRefund refund(String amount, RefundStatus status) {
        return new FoundRefund("re_1", null, Money.of(amount, "USD"), status);
    }

    private static PaymentVerdict of(FoundPayment... held) {
        return PaymentVerdict.of(List.of(held), PRICE, null);
    }

    private static List<String> extras(PaymentVerdict verdict) {
        return verdict.extras().stream().map(FoundPayment::transactionId).toList();
    }

    @Test
    void keptIsTheEarliestOfTheRightAmountAndTheOthersThatHoldMoneyAreExtra() {
        PaymentVerdict verdict = of(
                charged("tx_wrong", "1"),
                at(charged("tx_late", "49.90"), NOON.plusSeconds(1)),
                charged("tx_kept", "49.90"),
                charged("tx_back", "49.90", refund("49.90", RefundStatus.SUCCEEDED)),
                payment("tx_no", PaymentStatus.DECLINED, "0"));

        assertThat(verdict.kind()).isEqualTo(Kind.CHARGED);
        assertThat(verdict.transactionId()).isEqualTo("tx_kept");
        assertThat(verdict.captured()).isEqualTo(PRICE);
        assertThat(extras(verdict)).containsExactlyInAnyOrder("tx_wrong", "tx_late");
        assertThat(verdict.payments()).hasSize(5);
    }

    @Test
    void keptIsThatOfOurOwnAnswerWhileItHoldsMoney() {
        FoundPayment earlier = charged("tx_1", "49.90");
        FoundPayment ours = at(charged("tx_2", "49.90"), NOON.plusSeconds(9));
        FoundPayment givenBack = charged("tx_2", "49.90", refund("49.90", RefundStatus.SUCCEEDED));

        PaymentVerdict kept = PaymentVerdict.of(List.of(earlier, ours), PRICE, "tx_2");
        PaymentVerdict other = PaymentVerdict.of(List.of(earlier, givenBack), PRICE, "tx_2");

        assertThat(kept.transactionId()).isEqualTo("tx_2");
        assertThat(extras(kept)).containsExactly("tx_1");
        assertThat(other.transactionId()).isEqualTo("tx_1");
        assertThat(extras(other)).isEmpty();
    }

    @Test
    void onlySucceededRefundsMakeACharge() {
        assertThat(of(charged("tx_1", "49.90", refund("49.90", RefundStatus.SUCCEEDED)))
                        .kind())
                .isEqualTo(Kind.REFUNDED);
        assertThat(of(charged("tx_1", "49.90", refund("49.90", RefundStatus.PENDING)))
                        .kind())
                .isEqualTo(Kind.CHARGED);
        assertThat(of(charged("tx_1", "49.90", refund("49.90", RefundStatus.FAILED)))
                        .kind())
                .isEqualTo(Kind.CHARGED);
        assertThat(of(charged("tx_1", "49.90", refund("1", RefundStatus.SUCCEEDED)))
                        .kind())
                .isEqualTo(Kind.WRONG_AMOUNT);
    }

    @Test
    void moneyCountsWhateverTheStatusSaysAndNothingCapturedIsAbsent() {
        assertThat(of(payment("tx_1", PaymentStatus.DECLINED, "49.90")).kind()).isEqualTo(Kind.CHARGED);
        assertThat(of(charged("tx_1", "0")).kind()).isEqualTo(Kind.ABSENT);
        assertThat(of(payment("tx_1", PaymentStatus.CANCELLED, "0")).kind()).isEqualTo(Kind.ABSENT);
        assertThat(of(payment("tx_1", PaymentStatus.DECLINED, "0")).kind()).isEqualTo(Kind.DECLINED);
        assertThat(of().kind()).isEqualTo(Kind.ABSENT);
    }

    @Test
    void anyPendingPaymentKeepsTheQuestionOpen() {
        PaymentVerdict verdict = of(charged("tx_1", "49.90"), payment("tx_2", PaymentStatus.PENDING, "0"));

        assertThat(verdict.kind()).isEqualTo(Kind.PENDING);
        assertThat(verdict.open()).isTrue();
    }
}
